"""The paper's network for 28x28 images in PyTorch, with the weights of a ConvEncoder that InfoMax saved: compares the features.

    python features.py encoder.safetensors images-and-features.safetensors [tolerance]

The second file holds "images" [N, 1, 28, 28] and the features "conv", "fc" and "global" that InfoMax computed from them in evaluation mode.
"""

import json
import struct
import sys

import torch
from torch import nn

try:
    from safetensors.torch import load_file
except ImportError:

    def load_file(path):
        """What the package does: a header of JSON behind its length, then the numbers."""
        kinds = {"F32": torch.float32, "I64": torch.int64, "F64": torch.float64}
        with open(path, "rb") as file:
            header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
            data = file.read()
        return {
            name: torch.frombuffer(bytearray(data[entry["data_offsets"][0] : entry["data_offsets"][1]]), dtype=kinds[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in header.items()
            if name != "__metadata__"
        }


class Block(nn.Module):
    """A convolution or linear layer without bias, batch normalization and ReLU; named as InfoMax names them."""

    def __init__(self, **layers):
        super().__init__()
        for name, layer in layers.items():
            self.add_module(name, layer)

    def forward(self, x):
        for layer in self.children():
            x = layer(x)
        return torch.relu(x)


class Basic28x28(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_1 = Block(conv=nn.Conv2d(1, 64, 5, stride=2, padding=2, bias=False), norm=nn.BatchNorm2d(64))
        self.conv_2 = Block(conv=nn.Conv2d(64, 128, 5, stride=2, padding=2, bias=False), norm=nn.BatchNorm2d(128))
        self.linear_1 = Block(linear=nn.Linear(128 * 7 * 7, 1024, bias=False), norm=nn.BatchNorm1d(1024))
        self.global_1 = nn.Linear(1024, 64)

    def forward(self, x):
        conv = self.conv_2(self.conv_1(x)).flatten(1)
        fc = self.linear_1(conv)
        return {"conv": conv, "fc": fc, "global": self.global_1(fc)}


weights, expected = load_file(sys.argv[1]), load_file(sys.argv[2])
tolerance = float(sys.argv[3]) if len(sys.argv) > 3 else 1e-6
encoder = Basic28x28().to(expected["images"].dtype)
encoder.load_state_dict(weights)
encoder.eval()
with torch.no_grad():
    for name, feature in encoder(expected["images"]).items():
        error = ((feature - expected[name].reshape(feature.shape)).abs().max() / expected[name].abs().max()).item()
        print(f"{name}: largest difference {error:.1e} of the largest value")
        if not error < tolerance:
            sys.exit(f"{name}: expected a difference below {tolerance}, got {error}")
