using Declarative.Acl;
using Declarative.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Acl;

/// <summary>Counts the calls of the store behind it, and can hold them up.</summary>
public sealed class CountedCallers : ICallerStore
{
    private ICallerStore _store = null!;
    private int _calls;

    public int Calls => _calls;

    /// <summary>Awaited after a token was read, before the answer goes back.</summary>
    public Func<Task> AfterFind { get; set; } = () => Task.CompletedTask;

    /// <summary>Awaited before the roles are read.</summary>
    public Func<Task> BeforeRoles { get; set; } = () => Task.CompletedTask;

    public static CountedCallers Register(IServiceCollection services)
    {
        var counted = new CountedCallers();
        var inner = services.Last(service => service.ServiceType == typeof(ICallerStore)).ImplementationType!;
        services.AddSingleton<ICallerStore>(provider =>
        {
            counted._store = (ICallerStore)ActivatorUtilities.CreateInstance(provider, inner);
            return counted;
        });
        return counted;
    }

    public async Task<IReadOnlyList<RoleRecord>> LoadRolesAsync(CancellationToken cancellationToken)
    {
        await BeforeRoles();
        return await Counted(_store.LoadRolesAsync(cancellationToken));
    }

    public Task SaveRoleAsync(RoleRecord role, CancellationToken cancellationToken) => Counted(_store.SaveRoleAsync(role, cancellationToken));

    public Task<IReadOnlyList<AdminRecord>> LoadAdminsAsync(CancellationToken cancellationToken) => Counted(_store.LoadAdminsAsync(cancellationToken));

    public Task<AdminRecord?> FindAdminAsync(string nameKey, CancellationToken cancellationToken) => Counted(_store.FindAdminAsync(nameKey, cancellationToken));

    public Task<bool> AddAdminAsync(AdminRecord admin, CancellationToken cancellationToken) => Counted(_store.AddAdminAsync(admin, cancellationToken));

    public Task<bool> ChangeAdminAsync(long id, AdminChange change, CancellationToken cancellationToken) => Counted(_store.ChangeAdminAsync(id, change, cancellationToken));

    public Task<bool> AddTokenAsync(NewToken token, CancellationToken cancellationToken) => Counted(_store.AddTokenAsync(token, cancellationToken));

    public async Task<TokenOwner?> FindTokenAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var owner = await Counted(_store.FindTokenAsync(hash, now, cancellationToken));
        await AfterFind();
        return owner;
    }

    public Task<bool> RevokeTokenAsync(CallerKind kind, byte[] hash, CancellationToken cancellationToken) => Counted(_store.RevokeTokenAsync(kind, hash, cancellationToken));

    public Task<int> RevokeTokensAsync(CallerKind kind, string owner, CancellationToken cancellationToken) => Counted(_store.RevokeTokensAsync(kind, owner, cancellationToken));

    public Task<int> CountLoginAsync(LoginAttempt attempt, CancellationToken cancellationToken) => Counted(_store.CountLoginAsync(attempt, cancellationToken));

    public Task UncountLoginAsync(CallerKind kind, string nameKey, CancellationToken cancellationToken) => Counted(_store.UncountLoginAsync(kind, nameKey, cancellationToken));

    public Task<bool> DeleteExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => _store.DeleteExpiredAsync(now, limit, cancellationToken);

    private T Counted<T>(T task)
        where T : Task
    {
        Interlocked.Increment(ref _calls);
        return task;
    }
}
