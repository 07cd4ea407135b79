"""What the gateway counts, as Prometheus asks for it. No device is named: thousands of them would be as many rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from custodes.gateway.process import GatewayProcess


class GatewayFigures(Collector):
    """One gateway. Everything is read at the moment of asking from what the parts keep anyway."""

    def __init__(self, gateway: GatewayProcess) -> None:
        self._gateway = gateway

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: the names don't clash, and asking now would be asking for nothing."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All figures."""
        one = self._gateway
        for name, words, value in (
            ("assigned", "Devices that may register.", len(one.assigned)),
            ("registered", "Devices that are registered.", len(one.registrar)),
            ("connections", "TCP connections of devices.", one.transport.connections),
            ("subscriptions", "Subscriptions to catalogues.", len(one.watching)),
            ("alarm_subscriptions", "Subscriptions to alarms of platforms below.", len(one.alarms_below)),
            ("position_subscriptions", "Subscriptions to positions of what moves.", len(one.positions)),
            ("pointing_subscriptions", "Subscriptions to where cameras of platforms below point.", len(one.steering.pointing)),
            ("mobiles", "Devices and channels that were entered as moving.", len(one.places)),
            ("catalogue_entries", "Entries of catalogues that are kept until the web has them.", one.catalogues.kept),
            ("alarms_waiting", "Alarms that wait to be told.", len(one.alarms)),
            ("bodies_waiting", "Bodies that wait for their turn.", one.turns.waiting),
            ("uppers", "Upper platforms.", len(one.uppers)),
            ("uppers_registered", "Upper platforms that took our registration.", one.uppers.registered),
            ("upper_calls", "Calls of upper platforms, decided or not.", len(one.uppers.calls)),
            ("upper_calls_ready", "Calls of upper platforms that a node sends for.", one.uppers.calls.sending),
            ("speeches", "Speeches through devices, those that are awaited among them.", len(one.speaking)),
            ("upper_hands", "Hands of upper platforms on cameras.", len(one.uppers.asked.hands)),
            ("loop_lateness_seconds", "How late the event loop was at worst since the last time of asking.", one.lateness.take()),
        ):  # fmt: skip
            gauge = GaugeMetricFamily(f"custodes_gateway_{name}", words)
            gauge.add_metric((), value)
            yield gauge
        for name, words, count in (
            ("tries_refused", "Registrations that were refused.", one.unknown.tries),
            ("alarms", "Alarms of devices that were taken.", one.alarms.taken),
            ("alarms_left_out", "Alarms beyond a device's share.", one.alarms.left_out),
            ("positions", "Positions that were taken.", one.places.taken),
            ("positions_strange", "Positions that are nowhere.", one.places.strange),
            ("positions_older", "Positions older than the one that is known.", one.places.older),
            ("positions_not_entered", "Positions of what nobody entered as moving.", one.places.not_entered),
            ("pointing_heard", "Notices where cameras of platforms below point.", one.steering.pointing.heard),
            ("pointing_taken", "Such notices that spared a question, or answered one.", one.steering.pointing.taken),
            ("bodies_refused", "Bodies that could not be read.", one.hearing.refused),
            ("bodies_left_out", "Bodies that there was no room for.", one.turns.refused),
            ("catalogues_put_off", "Catalogues that were broken off for want of room.", one.catalogues.put_off),
            ("upper_trees_refused", "Shared trees that could not be shown.", one.uppers.showing.refused),
            ("upper_alarms_told", "Notices of alarms to subscriptions of upper platforms.", one.uppers.alarms.told),
            ("upper_alarms_refused", "Alarms that an upper platform could not be told.", one.uppers.alarms.refused),
            (
                "upper_alarms_left_out",
                "Alarms beyond what an upper platform is told at once.",
                one.uppers.alarms.left_out,
            ),
            (
                "upper_pointing_told",
                "Notices where cameras point to subscriptions of upper platforms.",
                one.uppers.asked.hands.pointing.told,
            ),
            (
                "upper_positions_told",
                "Notices of positions to subscriptions of upper platforms.",
                one.uppers.positions.told,
            ),
            (
                "upper_positions_refused",
                "Rounds of positions that an upper platform could not be told.",
                one.uppers.positions.refused,
            ),
            ("reports_refused", "Reports that the web would not take.", one.reports.refused),
        ):
            counter = CounterMetricFamily(f"custodes_gateway_{name}", words)
            counter.add_metric((), count)
            yield counter
        yield _by_name("kept", "What the endpoint keeps.", "kind", one.endpoint.counts)
        yield _by_name("asking", "Devices that are asked for their catalogue.", "step", one.catalogues.counts)
        yield _counted("bodies", "Bodies of devices.", "command", one.hearing.bodies)
        yield _counted(
            "upper_calls_ended",
            "Calls of upper platforms that ended or were refused.",
            "why",
            one.uppers.calls.outcomes,
        )
        yield _counted(
            "upper_calls_barred",
            "Calls of upper platforms that a rule refused before anybody was asked.",
            "rule",
            one.uppers.barred,
        )
        asked = one.uppers.asked
        for name, words, label, values in (
            ("upper_questions_denied", "Questions and commands of upper platforms that were denied.", "why", asked.replies.denied),
            ("upper_questions_answered", "Questions and commands of upper platforms that were answered.", "command", asked.replies.answered),
            ("upper_steered", "What became of commands of upper platforms at nodes.", "outcome", asked.hands.said),
            ("upper_hands_ended", "Hands of upper platforms that were taken off.", "why", asked.hands.ended),
            ("upper_steps", "Steps of upper platforms in recordings.", "status", one.uppers.calls.steps.answered),
        ):  # fmt: skip
            yield _counted(name, words, label, values)
        yield _counted(
            "pointing_refused",
            "Subscriptions to where a camera points that a platform below would not have.",
            "status",
            one.steering.pointing.refused,
        )
        yield _counted("device_calls_refused", "Calls of devices that were refused.", "rule", one.speaking.refused)
        yield _counted("speech_outcomes", "What became of speeches.", "outcome", one.speaking.outcomes)
        yield _counted("sip_refused", "Messages that were refused or dropped.", "rule", one.endpoint.refusals)
        yield _counted("dropped", "What was not looked at or not sent.", "reason", one.transport.dropped)


def _by_name(name: str, words: str, label: str, values: dict[str, int]) -> Metric:
    found = GaugeMetricFamily(f"custodes_gateway_{name}", words, labels=(label,))
    for key, value in values.items():
        found.add_metric((key,), value)
    return found


def _counted(name: str, words: str, label: str, values: dict[str, int]) -> Metric:
    found = CounterMetricFamily(f"custodes_gateway_{name}", words, labels=(label,))
    for key, value in list(values.items()):
        found.add_metric((key,), value)
    return found
