namespace OrleansLeverage.Web.Security;

internal static class SecuritySetup
{
    public static IServiceCollection AddSecurity(this IServiceCollection services)
    {
        services.AddSingleton<AuditTrail>().AddSingleton<KeyRing>();
        services.AddHostedService(of => of.GetRequiredService<AuditTrail>());
        services.AddHostedService(of => of.GetRequiredService<KeyRing>());
        return services.AddSingleton<TokenCheck>().AddSingleton<Sessions>().AddSingleton<RequestSignatures>()
            .AddSingleton<Authenticator>().AddSingleton<Doorkeeper>().AddSingleton<RequestAudit>();
    }
}
