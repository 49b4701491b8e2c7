using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OrleansLeverage.Web.Metrics;

/// <summary>
/// Metrics as Prometheus text 0.0.4. Each name has its HELP and TYPE once, before all of its series; a name that a
/// second instrument of another kind would take is left to the first. A gauge that is no number is unknown and has no
/// line.
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Of(in Batch<Metric> batch)
    {
        var families = new Dictionary<string, Family>(StringComparer.Ordinal);
        var order = new List<Family>();
        foreach (var metric in batch)
        {
            if (Kind(metric.MetricType) is not { } kind)
            {
                continue;
            }
            var name = PrometheusNames.Metric(metric.Name, metric.Unit, grows: kind == "counter");
            if (!families.TryGetValue(name, out var family))
            {
                families.Add(name, family = new Family(name, kind, metric.Description));
                order.Add(family);
            }
            if (family.Kind == kind)
            {
                family.Add(metric);
            }
        }
        var text = new StringBuilder(1 << 14);
        foreach (var family in order)
        {
            family.Write(text);
        }
        return text.ToString();
    }

    private static string? Kind(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.LongGauge or MetricType.DoubleGauge or MetricType.LongSumNonMonotonic
            or MetricType.DoubleSumNonMonotonic => "gauge",
        MetricType.Histogram => "histogram",
        _ => null,
    };

    public static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private sealed class Family(string name, string kind, string help)
    {
        private readonly StringBuilder _lines = new();
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

        public string Kind => kind;

        public void Add(Metric metric)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var labels = Labels(point.Tags);
                if (!_seen.Add(labels))
                {
                    continue;
                }
                switch (metric.MetricType)
                {
                    case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                        Line(name, labels, point.GetSumLong().ToString(CultureInfo.InvariantCulture));
                        break;
                    case MetricType.LongGauge:
                        Line(name, labels, point.GetGaugeLastValueLong().ToString(CultureInfo.InvariantCulture));
                        break;
                    case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                        LineOfKnown(labels, point.GetSumDouble());
                        break;
                    case MetricType.DoubleGauge:
                        LineOfKnown(labels, point.GetGaugeLastValueDouble());
                        break;
                    default:
                        Histogram(labels, point);
                        break;
                }
            }
        }

        public void Write(StringBuilder text)
        {
            if (_lines.Length == 0)
            {
                return;
            }
            if (help.Length > 0)
            {
                text.Append("# HELP ").Append(name).Append(' ').Append(PrometheusNames.Help(help)).Append('\n');
            }
            text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n').Append(_lines);
        }

        private void Histogram(string labels, in MetricPoint point)
        {
            var below = 0L;
            foreach (var bucket in point.GetHistogramBuckets())
            {
                below += bucket.BucketCount;
                var bound = $"le=\"{Number(bucket.ExplicitBound)}\"";
                Line(name + "_bucket", labels.Length == 0 ? bound : $"{labels},{bound}",
                    below.ToString(CultureInfo.InvariantCulture));
            }
            Line(name + "_sum", labels, Number(point.GetHistogramSum()));
            Line(name + "_count", labels, point.GetHistogramCount().ToString(CultureInfo.InvariantCulture));
        }

        private void LineOfKnown(string labels, double value)
        {
            if (!double.IsNaN(value))
            {
                Line(name, labels, Number(value));
            }
        }

        private void Line(string series, string labels, string value)
        {
            _lines.Append(series);
            if (labels.Length > 0)
            {
                _lines.Append('{').Append(labels).Append('}');
            }
            _lines.Append(' ').Append(value).Append('\n');
        }

        /// <summary>By name; of names that become the same the values are joined, in the order of the names.</summary>
        private static string Labels(ReadOnlyTagCollection tags)
        {
            var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var sorted = new SortedDictionary<string, object?>(StringComparer.Ordinal);
            foreach (var tag in tags)
            {
                sorted[tag.Key] = tag.Value;
            }
            foreach (var (key, value) in sorted)
            {
                var label = PrometheusNames.Label(key);
                var words = value switch
                {
                    bool yes => yes ? "true" : "false",
                    _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
                };
                labels[label] = labels.TryGetValue(label, out var before) ? $"{before};{words}" : words;
            }
            return string.Join(',', labels.Select(row => $"{row.Key}=\"{PrometheusNames.Value(row.Value)}\""));
        }
    }
}
