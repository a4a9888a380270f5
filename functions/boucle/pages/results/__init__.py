"""The results pages: figures, gaps, time series, labels and sentences."""
