"""The command line: reads arguments, calls the rooms below, prints, and turns results into exit codes."""
