"""What tests share: builders, fakes, engines, clients. No test lives here."""
