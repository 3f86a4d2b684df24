import sys

import torch
from safetensors.torch import load_file, save_file

source, target = sys.argv[1:3]
network = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3))

# From InfoMax: what ModuleWeights.Save wrote.
network.load_state_dict(load_file(source))

with torch.no_grad():
    network[0].weight.mul_(2)

# To InfoMax: what ModuleWeights.Load reads.
save_file(network.state_dict(), target)
