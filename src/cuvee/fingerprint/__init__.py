"""Code, value, environment → digest. Given a memo, it keeps none; it knows no store and no run."""
