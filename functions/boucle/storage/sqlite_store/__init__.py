"""The embedded store: answers, ledger, used invitations and the moderators' book in SQLite files."""
