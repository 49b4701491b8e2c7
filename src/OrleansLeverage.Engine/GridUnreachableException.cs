namespace OrleansLeverage.Engine;

/// <summary>
/// Whoever knows what was asked did not answer in time: nothing is known of it, and nothing happened because of the
/// question. Ask again.
/// </summary>
public sealed class GridUnreachableException(string message, Exception inner) : TimeoutException(message, inner);
