namespace OrleansLeverage.Web.Edge;

/// <summary>How rows are written.</summary>
internal enum ListFormat
{
    Json,
    Csv,
    NdJson,
}
