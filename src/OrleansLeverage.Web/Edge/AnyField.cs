using System.Text.Json;

namespace OrleansLeverage.Web.Edge;

/// <summary>
/// A name that is known but cannot be judged, because what says which kind of object this is says nothing that is
/// known.
/// </summary>
internal sealed class AnyField : Field
{
    public AnyField(Field known)
        : base(known.Name, known.Description) => IsRequired = false;

    public override string? Fault(JsonElement value, Stage stage) => null;
}
