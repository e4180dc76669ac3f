"""KPIs: pure functions of the records and of the time. What they mean is in `docs/kpi.md`."""

from qualitygate.incidents.kpi.report import By, KpiReport, Population, kpis, population, report, to_json

__all__ = ["By", "KpiReport", "Population", "kpis", "population", "report", "to_json"]
