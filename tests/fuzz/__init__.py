"""Fuzzing: any bytes give documents or one sentence, never a crash or a hang."""
