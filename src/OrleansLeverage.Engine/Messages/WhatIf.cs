using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>
/// What would become of an account: collateral moves first, then the orders trade, then prices move. Nothing is kept.
/// </summary>
/// <param name="Shocks">By feed: −0.2 is 20 % down. Above −1, at most 10.</param>
public sealed record WhatIfQuestion(AccountId Account, IReadOnlyList<WhatIfCollateral> Collateral,
    IReadOnlyList<WhatIfOrder> Orders, IReadOnlyDictionary<FeedId, decimal> Shocks)
{
    public const decimal ShockMin = -1m;
    public const decimal ShockMax = 10m;
}

/// <summary>An amount of an asset, above 0 comes in.</summary>
public sealed record WhatIfCollateral(AssetId Asset, decimal Amount);

/// <summary>An order that trades in full.</summary>
/// <param name="Price">Null trades at the mark.</param>
public sealed record WhatIfOrder(InstrumentId Instrument, Quantity Quantity, Price? Price);

/// <summary>Which list of the question something is in.</summary>
public enum WhatIfPart
{
    Collateral,
    Order,
    Shock,
}

/// <summary>What was refused, and where in its list.</summary>
public sealed record WhatIfRefusal(CommandStatus Status, string? Detail, WhatIfPart Part, int Place);

/// <summary>Whether the order could be placed as the account is, after the orders before it.</summary>
public sealed record WhatIfAdmission(WhatIfOrder Order, CommandStatus Status, string? Detail);

/// <summary>The account as it is and as it would be, both at one frame; or why there is no such account.</summary>
/// <param name="After">Null where something is refused.</param>
public sealed record WhatIfAnswer(LeverageSnapshot Before, LeverageSnapshot? After,
    IReadOnlyList<WhatIfAdmission> Orders, WhatIfRefusal? Refusal = null);
