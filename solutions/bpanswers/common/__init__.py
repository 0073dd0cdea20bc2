"""What several exercises share: inputs, programs, mistakes."""
