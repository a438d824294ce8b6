"""Records in, reports out: terminal, progress, summary, overlay. Every sentence comes from `words`."""
