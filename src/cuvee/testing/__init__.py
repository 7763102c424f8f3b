"""Fakes and conformance suites, for users and plug-ins."""
