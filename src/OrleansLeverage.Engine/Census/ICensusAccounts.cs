using OrleansLeverage.Domain;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Census;

/// <summary>Whose rows a census is made of, by the numbers that the rows have. For any thread.</summary>
internal interface ICensusAccounts
{
    int Count { get; }

    /// <summary>Who has which number now.</summary>
    IdRanks Ids { get; }

    /// <summary>The account of a number as it is committed; null where nobody has it any more.</summary>
    Account? Read(int number);
}

/// <summary>Accounts that are never taken out.</summary>
internal sealed class StoredAccounts(AccountStore accounts) : ICensusAccounts
{
    public int Count => accounts.Count;

    public IdRanks Ids { get; } = new(accounts.Id);

    public Account Read(int number) => accounts.Read(number);
}
