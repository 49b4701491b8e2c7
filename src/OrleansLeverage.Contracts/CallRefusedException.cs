namespace OrleansLeverage.Contracts;

/// <summary>A client called what only silos may call; nothing was done, and another try comes to the same.</summary>
[GenerateSerializer]
[Alias("leverage.CallRefused.v1")]
public sealed class CallRefusedException(string message) : Exception(message);
