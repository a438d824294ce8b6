"""From evidence to a verdict: probabilities, limits, and the words an inspector would say."""
