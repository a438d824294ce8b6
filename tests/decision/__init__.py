"""Tests of the decision room."""
