using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Grains.Rows;

/// <summary>What a sweep of this silo's rows left to be sent.</summary>
/// <param name="Nominated">Accounts to be looked at exactly, most under water first.</param>
/// <param name="Report">For the roll-up; null at frames that are not reported.</param>
/// <param name="Risk">Some accounts' risk, for the roster.</param>
internal sealed record SweptFrame(PriceFrame Frame, AccountId[] Nominated, SiloReport? Report, RiskMessage[] Risk);
