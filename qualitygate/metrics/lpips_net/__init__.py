"""The networks behind LPIPS: their architecture, their weights, and the forward pass in torch.

Importing any module of this package loads neither torch nor safetensors.
"""
