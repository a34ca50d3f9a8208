"""What a design costs: drivers from a manifest, bills of materials over them, prices."""
