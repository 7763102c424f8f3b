"""What is needed from outside, as small protocols. Adapters implement them and never call back."""
