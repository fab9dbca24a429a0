"""The stages, in the order the data flows: ingestion, preparation, tuning, training, evaluation, registration."""
