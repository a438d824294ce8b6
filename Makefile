# The tasks are in `dev`, a POSIX shell script, so that make is not needed.
.PHONY: try test format gold
try test format gold:
	@sh dev $@
