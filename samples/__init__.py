"""Pairs to try qaudit on, and what draws them. Run ``python -m samples.make_samples`` in the repository's root."""
