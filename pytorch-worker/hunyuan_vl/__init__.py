"""HunyuanOCR's forward pass in plain PyTorch: no transformers, no safetensors package."""
