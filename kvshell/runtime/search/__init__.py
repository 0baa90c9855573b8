"""The parts that only an exploration needs: steps, footprints, happens-before."""
