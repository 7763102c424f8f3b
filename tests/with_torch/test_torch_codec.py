"""Run by `make test-torch`, in an environment of its own: torch is large."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
safetensors = pytest.importorskip("safetensors.torch")

from cuvee.errors import CannotEncode  # noqa: E402
from cuvee.perform.pack import keep_result  # noqa: E402
from cuvee.perform.unpack import unpack  # noqa: E402
from cuvee.stores.memory import MemoryStore  # noqa: E402
from cuvee.testing.codecs import digest_of, no_project, round_trip, stored  # noqa: E402

DTYPES = [
    *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64, torch.complex128),
    *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool, torch.float8_e4m3fn),
]


def assert_same(back: Any, tensor: Any) -> None:
    assert type(back) is type(tensor)
    assert (back.dtype, back.shape, back.stride()) == (tensor.dtype, tensor.shape, tensor.stride())
    assert back.requires_grad == tensor.requires_grad
    one, other = (each.detach().contiguous().flatten().view(torch.uint8) for each in (back, tensor))
    assert one.tolist() == other.tolist()


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_a_tensor_of_any_dtype_comes_back(dtype: Any) -> None:
    tensor = torch.arange(6).reshape(2, 3).to(dtype)
    assert stored(tensor)[0].codec == "tensor"
    assert_same(round_trip(tensor), tensor)
    assert digest_of(round_trip(tensor)) == digest_of(tensor)


@pytest.mark.parametrize(
    "tensor",
    [
        torch.tensor(3.0),
        torch.empty(0, 3),
        torch.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1),
        torch.arange(24.0).reshape(4, 6)[1:, ::2],
        torch.arange(3.0).expand(4, 3),
        torch.tensor([0.0, -0.0, float("nan"), float("inf")]),
        torch.ones(3, requires_grad=True),
        torch.nn.Parameter(torch.ones(2, 2)),
        torch.nn.Parameter(torch.ones(2), requires_grad=False),
    ],
    ids=lambda tensor: f"{tuple(tensor.shape)} {tensor.stride()}",
)
def test_shape_strides_and_gradient_are_kept(tensor: Any) -> None:
    assert_same(round_trip(tensor), tensor)


def test_what_is_on_disk_is_safetensors() -> None:
    tensor = torch.arange(2000.0).reshape(40, 50)
    artifact, store = stored(tensor)
    content = bytes(store.get(artifact.parts[0].digest))
    assert torch.equal(safetensors.load(content)["tensor"], tensor)
    model = torch.nn.Linear(100, 20)
    artifact, store = stored(model)
    files = [bytes(store.get(part.digest)) for part in artifact.parts if part.name == "weight.safetensors"]
    assert torch.equal(safetensors.load(files[0])["weight"], model.weight)


def test_a_part_of_a_large_tensor_costs_what_it_is() -> None:
    tensor = torch.zeros(1000, 1000)[3]
    assert stored(tensor)[0].size < 5000
    assert_same(round_trip(tensor), tensor)


def test_a_tensor_that_autograd_follows_is_refused() -> None:
    tensor = torch.ones(2, requires_grad=True) * 2
    with pytest.raises(CannotEncode, match=r"return tensor.detach\(\)"):
        stored(tensor)
    with pytest.raises(CannotEncode, match=r"return tensor.detach\(\)"):
        stored({"loss": tensor})


class Net(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = torch.nn.Linear(4, 4)
        self.norm = torch.nn.BatchNorm1d(4)
        self.drop = torch.nn.Dropout(0.5)
        self.tied = torch.nn.Linear(4, 4)
        self.tied.weight = self.first.weight
        self.register_buffer("mask", torch.tensor([True, False]), persistent=False)

    def forward(self, rows: Any) -> Any:
        return self.tied(self.drop(self.norm(self.first(rows))))


def trained() -> Net:
    torch.manual_seed(0)
    net = Net()
    net(torch.rand(8, 4)).sum().backward()
    return net.eval()


def test_a_module_comes_back_with_all_that_it_is() -> None:
    net = trained()
    net.first.bias.requires_grad_(False)
    artifact, _ = stored(net)
    assert artifact.codec == "torch"
    back = round_trip(net)
    assert type(back) is Net
    assert not back.training
    assert back.tied.weight is back.first.weight
    assert back.state_dict().keys() == net.state_dict().keys()
    for name, tensor in net.state_dict(keep_vars=True).items():
        assert_same(back.state_dict(keep_vars=True)[name], tensor)
    assert torch.equal(back.first.weight.grad, net.first.weight.grad)
    assert torch.equal(back.mask, net.mask)
    rows = torch.rand(16, 4)
    assert torch.equal(back(rows), net(rows))


def test_training_goes_on_as_it_would_have() -> None:
    def step(net: Any) -> Any:
        torch.manual_seed(1)
        net.train().zero_grad()
        optimizer = torch.optim.SGD(net.parameters(), 0.1)
        net(torch.rand(8, 4)).sum().backward()
        optimizer.step()
        return net

    net = trained()
    back = round_trip(net)
    assert torch.equal(step(back).first.weight, step(net).first.weight)


def test_tensors_that_share_memory_share_it_again() -> None:
    base = torch.zeros(6)
    holder = torch.nn.Module()
    holder.register_buffer("all", base)
    holder.register_buffer("some", base[2:4])
    back = round_trip(holder)
    back.all[2] = 5.0
    assert back.some[0] == 5.0
    assert base[2] == 0.0


def test_models_that_share_weights_share_blobs() -> None:
    one = torch.nn.Sequential(torch.nn.Linear(100, 100), torch.nn.Linear(100, 10))
    other = torch.nn.Sequential(one[0], torch.nn.Linear(100, 10))
    held = {part.digest for part in stored(one)[0].parts}
    assert sum(part.digest in held for part in stored(other)[0].parts if part.size > 10_000) == 1


def test_what_is_loaded_is_private() -> None:
    tensor = torch.zeros(100_000)
    artifact, store = stored(tensor)
    one, other = (unpack(artifact, store, Path()) for _ in range(2))
    one += 1
    assert other.sum() == tensor.sum() == 0


def test_tensors_in_containers_are_each_by_themselves() -> None:
    value = {"weights": torch.ones(3), "epochs": 3}
    artifact, _ = stored(value)
    assert {name: child.codec for name, child in artifact.children} == {
        "weights": "tensor",
        "epochs": "plain",
    }
    assert torch.equal(round_trip(value)["weights"], value["weights"])


def test_a_tensor_that_is_no_plain_memory_goes_its_own_way() -> None:
    tensor = torch.eye(3).to_sparse()
    assert stored(tensor)[0].codec == "torch"
    assert torch.equal(round_trip(tensor).to_dense(), torch.eye(3))


def test_it_runs_through_a_pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cuvee import pipeline, task

    monkeypatch.setenv("CUVEE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    @task
    def make() -> torch.nn.Module:
        return torch.nn.Linear(3, 1)

    @task
    def norm(model: torch.nn.Module) -> float:
        return float(model.weight.detach().norm())

    @pipeline
    def study() -> float:
        return norm(make())

    first, again = study.run(), study.run()
    assert first.result == again.result
    assert again["make"].decision == "reused"


def test_a_module_and_its_optimizer_as_declared_elements_are_told_to_share(tmp_path: Path) -> None:
    def trained() -> tuple[Any, Any]:
        model = torch.nn.Linear(2, 1)
        return model, torch.optim.SGD(model.parameters(), lr=0.1)

    def kept(value: Any) -> Any:
        return keep_result(value, MemoryStore(), str, class_digest=no_project, elements=("0", "1"))

    assert kept(trained()).shared == ("0", "1", "torch.nn.parameter.Parameter")
    assert kept((trained()[0], trained()[1])).shared == ()
    model, optimizer = round_trip(list(trained()))
    assert optimizer.param_groups[0]["params"][0] is model.weight
