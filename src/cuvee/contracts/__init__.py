"""Annotation against annotation, value against annotation. Knows no task, graph or store."""
