"""The program as `python -m nlp_pipeline`, where its command is not on the path."""

from nlp_pipeline.cli import main

if __name__ == "__main__":
    main()
