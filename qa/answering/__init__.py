"""From found sections to an answer."""
