"""Makes the TorchScript files beside it; made with PyTorch 1.13: python3 torchscript.py"""

from pathlib import Path

import torch
from torch import nn


class Table(nn.Module):
    """Two classes from five numbers, with dropout in between."""

    def __init__(self, norm: nn.Module):
        super().__init__()
        self.hidden = nn.Linear(5, 16)
        self.norm = norm
        self.dropout = nn.Dropout(0.5)
        self.output = nn.Linear(16, 2)

    def forward(self, x):
        return self.output(self.dropout(torch.relu(self.norm(self.hidden(x)))))


directory = Path(__file__).parent
for name, norm in [("dropout-mlp", nn.Identity()), ("batchnorm-mlp", nn.BatchNorm1d(16))]:
    torch.manual_seed(1)
    torch.jit.script(Table(norm)).save(str(directory / f"{name}.pt"))
