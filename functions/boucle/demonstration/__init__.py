"""The demonstration: invented respondents who answer through the same door as anybody, on simulated days."""
