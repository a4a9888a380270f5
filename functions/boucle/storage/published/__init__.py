"""Where published files and write-once copies lie: a folder, or S3."""
