"""The compose file and the Kubernetes manifests: schemas, who may do what, and what has to agree with what."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.options import flag_of, option_names

ROOT = Path(__file__).parents[2]
FLINK = ROOT / "deploy" / "flink"
COMPOSE = FLINK / "compose.yaml"
KUBERNETES = "1.31"
MANIFESTS = sorted((FLINK / "kubernetes").glob("*.yaml"))
FREE = {"volume"}  # gives the volume its owner, without network, and ends


def _resources() -> list[dict[str, Any]]:
    return [each for path in MANIFESTS for each in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


def _named(kind: str, name: str) -> dict[str, Any]:
    return next(each for each in _resources() if (each["kind"], each["metadata"]["name"]) == (kind, name))


def _pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """Templates of pods, by the name of what makes them."""
    for each in _resources():
        spec = each.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            yield f"{each['kind']}/{each['metadata']['name']}", spec["template"]


def _containers(template: dict[str, Any]) -> list[dict[str, Any]]:
    return [*template["spec"].get("initContainers", []), *template["spec"]["containers"]]


def _services() -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"])


@pytest.mark.deploy
def test_every_manifest_is_what_kubernetes_takes() -> None:
    from kubernetes_validate import validate

    checked = [validate(each, KUBERNETES, strict=True) for each in _resources()]  # raises for what is wrong
    assert len(checked) == 13


@pytest.mark.deploy
def test_the_compose_file_is_one() -> None:
    from compose_spec import PyCompose, PyOptions

    options = PyOptions()
    options.apply_merge = True
    compose = options.from_yaml(COMPOSE.read_text(encoding="utf-8"))
    assert isinstance(compose, PyCompose)
    compose.validate()
    assert set(compose.service_names()) == set(_services())


def test_no_container_has_rights_that_it_does_not_need() -> None:
    for name, template in _pods():
        pod = template["spec"]["securityContext"]
        assert pod["runAsNonRoot"], name
        assert pod["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert template["spec"]["automountServiceAccountToken"] is False, name
        for container in _containers(template):
            own = container["securityContext"]
            assert own["readOnlyRootFilesystem"], (name, container["name"])
            assert not own["allowPrivilegeEscalation"], (name, container["name"])
            assert own["capabilities"] == {"drop": ["ALL"]}, (name, container["name"])


def test_every_container_says_what_it_needs_and_has_a_limit_of_memory() -> None:
    for name, template in _pods():
        for container in _containers(template):
            assert set(container["resources"]["requests"]) == {"cpu", "memory"}, (name, container["name"])
            assert container["resources"]["limits"]["memory"], (name, container["name"])


def test_what_serves_is_probed() -> None:
    served = [each for name, pod in _pods() if name.startswith("Deployment") for each in pod["spec"]["containers"]]
    assert len(served) == 3
    assert [each["name"] for each in served if {"readinessProbe", "livenessProbe"} - set(each)] == []


def test_volumes_that_are_mounted_are_there() -> None:
    claims = {each["metadata"]["name"] for each in _resources() if each["kind"] == "PersistentVolumeClaim"}
    for name, template in _pods():
        volumes = {each["name"]: each for each in template["spec"]["volumes"]}
        mounted = {mount["name"] for each in _containers(template) for mount in each["volumeMounts"]}
        assert mounted == set(volumes), name
        claimed = {
            each["persistentVolumeClaim"]["claimName"] for each in volumes.values() if "persistentVolumeClaim" in each
        }
        assert claimed <= claims, name


def test_services_and_policies_find_their_pods() -> None:
    labels = [template["metadata"]["labels"].items() for _, template in _pods()]
    wanted = [each["spec"]["selector"] for each in _resources() if each["kind"] == "Service"]
    wanted += [
        each["spec"]["podSelector"]["matchLabels"]
        for each in _resources()
        if each["kind"] == "NetworkPolicy" and each["spec"]["podSelector"]
    ]
    assert len(wanted) == 4
    assert [each for each in wanted if not any(each.items() <= found for found in labels)] == []


def test_nobody_comes_in_who_is_not_of_the_cluster() -> None:
    closed = _named("NetworkPolicy", "nobody-comes-in")["spec"]
    assert closed == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    lets_in = [
        rule for each in _resources() if each["kind"] == "NetworkPolicy" for rule in each["spec"].get("ingress", [])
    ]
    assert lets_in == [{"from": [{"podSelector": {"matchLabels": {"part-of": "newsbeam-flink"}}}]}]


def test_a_run_does_not_ask_for_more_than_the_cluster_has() -> None:
    managers = _named("Deployment", "flink-taskmanager")["spec"]
    (slots,) = (
        int(line.partition(":")[2])
        for line in managers["template"]["spec"]["containers"][0]["env"][0]["value"].splitlines()
        if line.startswith("taskmanager.numberOfTaskSlots")
    )
    job = _named("Job", "newsbeam-on-flink")["spec"]["template"]["spec"]["containers"][0]
    (parallelism,) = (int(each.partition("=")[2]) for each in job["args"] if each.startswith("--parallelism"))
    assert parallelism == managers["replicas"] * slots


def test_the_settings_name_options_that_exist() -> None:
    settings = yaml.safe_load(_named("ConfigMap", "newsbeam")["data"]["newsbeam.yaml"])
    assert set(settings) <= set(option_names())
    commands = [
        *_named("CronJob", "newsbeam")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["args"]
    ]
    commands += _named("Job", "newsbeam-on-flink")["spec"]["template"]["spec"]["containers"][0]["args"]
    flags = {each.partition("=")[0] for each in commands if each.startswith("--") and "_" not in each}
    assert flags - {"--config", "--runner", "--parallelism"} <= {flag_of(name) for name in option_names()}


def test_services_of_the_compose_file_have_no_rights_either() -> None:
    for name, service in _services().items():
        assert service["cap_drop"] == ["ALL"], name
        assert not service["user"].startswith("0") or name in FREE, name
        assert all(each.startswith("127.0.0.1:") for each in service.get("ports", [])), name
        assert set(service.get("depends_on", {})) <= set(_services()), name
        flink = service["image"].startswith("flink:")  # its start script writes beside itself
        assert flink or name in FREE or service["read_only"], name


def test_images_that_are_built_have_their_dockerfile() -> None:
    built = [service["build"] for service in _services().values() if "build" in service]
    assert built
    for each in built:
        assert (COMPOSE.parent / each["context"]).resolve() == ROOT
        assert (ROOT / each["dockerfile"]).is_file()
