using System.Numerics;

namespace OrleansLeverage.Web.Security;

/// <summary>
/// Who may call an endpoint. An endpoint without it is closed to everybody: what nobody decided is not allowed.
/// </summary>
/// <param name="Scope">The one scope that is needed; none where <paramref name="Audience"/> decides alone.</param>
internal sealed record EndpointAccess(Scope Scope, Audience Audience);

internal enum Audience
{
    /// <summary>Whoever has the scope.</summary>
    Scoped,

    /// <summary>Whoever is known, whatever their scopes.</summary>
    Known,

    /// <summary>Whoever asks.</summary>
    Anybody,
}

/// <summary>
/// A key that is restricted to some accounts may call the endpoint: its answer names no account, or it looks at those
/// it is asked about by itself.
/// </summary>
internal sealed record AccountFree;

internal static class EndpointAccessExtensions
{
    public static T RequireScope<T>(this T endpoint, Scope scope)
        where T : IEndpointConventionBuilder => BitOperations.PopCount((uint)scope) == 1
            ? endpoint.WithMetadata(new EndpointAccess(scope, Audience.Scoped))
            : throw new ArgumentOutOfRangeException(nameof(scope), scope, "an endpoint needs exactly one scope");

    public static T AllowAnyKey<T>(this T endpoint)
        where T : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new EndpointAccess(Scope.None, Audience.Known), new AccountFree());

    public static T AllowAnybody<T>(this T endpoint)
        where T : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new EndpointAccess(Scope.None, Audience.Anybody));

    /// <summary>Not needed below <c>accounts/{id}</c>, where the door looks at the id.</summary>
    public static T ShowsNoAccounts<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AccountFree());

    public static T ChecksItsAccounts<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AccountFree());
}
