"""The form and what follows it: questions, check page, receipt, notices, codes; with their styles and scripts."""
