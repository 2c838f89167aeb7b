"""Starts the chat on the bundled corpus: python app.py."""

from qa.cli import main

if __name__ == "__main__":
    main(["serve", "--build"])
