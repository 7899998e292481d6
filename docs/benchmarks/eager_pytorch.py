"""What PyTorch's eager loop does in Python with the mlp of `tributary bench train`.

784-200-200-10, ReLU, batch 10, plain SGD, one thread, data in memory, batches gathered by index.
Prints examples a second: the median of the repetitions, each one epoch of 1,000 examples.
Needs: pip install torch
"""

import json
import statistics
import time

import torch

EXAMPLES, BATCH, REPETITIONS, WARM_UP_SECONDS = 1000, 10, 31, 1.5

torch.set_num_threads(1)
torch.manual_seed(1)
features = torch.rand(EXAMPLES, 784)
labels = torch.randint(0, 10, (EXAMPLES,))
model = torch.nn.Sequential(
    torch.nn.Linear(784, 200), torch.nn.ReLU(),
    torch.nn.Linear(200, 200), torch.nn.ReLU(),
    torch.nn.Linear(200, 10))
loss_of = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)


def epoch():
    total = torch.zeros(())
    for rows in torch.randperm(EXAMPLES).split(BATCH):
        optimizer.zero_grad()
        loss = loss_of(model(features[rows]), labels[rows])
        loss.backward()
        optimizer.step()
        total += loss.detach()
    return total.item()


end = time.perf_counter() + WARM_UP_SECONDS
while time.perf_counter() < end:
    epoch()
rates = []
for _ in range(REPETITIONS):
    started = time.perf_counter()
    epoch()
    rates.append(EXAMPLES / (time.perf_counter() - started))
print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads(),
                  "examples_per_second": statistics.median(rates)}))
