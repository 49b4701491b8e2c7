using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrleansLeverage.Web.Edge;

/// <summary>What an endpoint answers: a body, or a refusal.</summary>
internal sealed record Answer(Refusal? Refusal, object? Body, int Status = StatusCodes.Status200OK)
{
    /// <summary>
    /// Names in camelCase, nulls written: unknown is said, not left out. NaN and infinity cannot be written.
    /// </summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static implicit operator Answer(Refusal refusal) => new(refusal, null);

    public static Answer Of(object body) => new(null, body);

    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(Body, Body!.GetType(), Json);
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
