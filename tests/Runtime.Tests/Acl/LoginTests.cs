using Declarative.Acl;
using Declarative.Rest;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Acl;

public sealed class SqliteLoginTests : LoginTests<SqliteFixture>;

public sealed class PostgreSqlLoginTests : LoginTests<PostgreSqlFixture>;

/// <summary>Names, passwords and the lock: row 166 of the originals.</summary>
public abstract class LoginTests<TStore> : IDisposable
    where TStore : IStoreFixture, new()
{
    private const string Wrong = "wrong password";

    private readonly TStore _store = new();
    private readonly TestClock _time = new();
    private readonly Customers _customers = new();

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Whatever_is_wrong_gets_the_same_answer()
    {
        await using var host = await StartAsync();
        await host.AdminAsync("anna");
        await host.AdminAsync("off");
        await host.Users.SetActiveAsync("off", false);
        var messages = new List<string>();

        foreach (var (name, password) in new[] { ("anna", Wrong), ("nobody", CallerHost.Password), ("off", CallerHost.Password), ("a\0b", CallerHost.Password), (new string('n', 256), CallerHost.Password), ("\ud800", CallerHost.Password), ("anna", Wrong + '\ud800') })
        {
            var refusal = await Should.ThrowAsync<AuthenticationException>(() => host.AdminTokens.CreateAdminAccessTokenAsync(name, password));
            refusal.Status.ShouldBe(401);
            refusal.Parameters.ShouldBeEmpty();
            messages.Add(refusal.Message);
        }

        messages.Add((await Should.ThrowAsync<AuthenticationException>(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", Wrong))).Message);
        messages.Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Empty_fields_are_named()
    {
        await using var host = await StartAsync();

        var both = await Should.ThrowAsync<InputException>(() => host.AdminTokens.CreateAdminAccessTokenAsync("", null!));
        both.Status.ShouldBe(400);
        both.Parameters.ShouldBeEmpty();
        both.Errors.Select(error => error.Parameters["fieldName"]).ShouldBe(["username", "password"]);
        both.Errors.ShouldAllBe(error => error.Message.StartsWith("%fieldName is required", StringComparison.Ordinal));

        var one = await Should.ThrowAsync<InputException>(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", ""));
        one.Message.ShouldStartWith("%fieldName is required");
        one.Parameters["fieldName"].ShouldBe("password");
        one.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_host_without_customers_says_so()
    {
        await using var host = await CallerHost.StartAsync(_store);

        (await Should.ThrowAsync<NoSuchEntityException>(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", "x"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task After_six_failures_the_right_password_fails_too_until_the_lock_ends()
    {
        await using var host = await StartAsync();
        await host.AdminAsync("anna");
        await host.AdminAsync("berta");

        foreach (var name in new[] { "anna", "Anna", "ANNA", "aNNa", "annA", "AnNa" })
            await FailAsync(host, name, Wrong);
        await FailAsync(host, "anna", CallerHost.Password);
        (await host.AdminTokens.CreateAdminAccessTokenAsync("berta", CallerHost.Password)).ShouldNotBeEmpty();

        _time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(1));
        await FailAsync(host, "anna", CallerHost.Password);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await host.AdminTokens.CreateAdminAccessTokenAsync("anna", CallerHost.Password)).ShouldNotBeEmpty();
        host.Log.All.Count(line => line.Contains("Admin user 'anna' can't log in for 00:30:00 after 6 wrong passwords", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_success_clears_the_count()
    {
        await using var host = await StartAsync();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 5; i++)
                await FailAsync(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", Wrong));
            await host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", CallerHost.Password);
        }
    }

    [Fact]
    public async Task Failures_of_long_ago_do_not_add_up()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 5; i++)
            await FailAsync(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", Wrong));

        _time.Advance(TimeSpan.FromMinutes(30));
        for (var i = 0; i < 5; i++)
            await FailAsync(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", Wrong));

        (await host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", CallerHost.Password)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Admins_and_customers_of_one_name_are_counted_apart()
    {
        await using var host = await StartAsync();
        await host.AdminAsync("anna");
        for (var i = 0; i < 6; i++)
            await FailAsync(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("anna", Wrong));

        (await host.AdminTokens.CreateAdminAccessTokenAsync("anna", CallerHost.Password)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Names_of_nobody_are_locked_too()
    {
        await using var host = await StartAsync(new() { ["Declarative:Callers:MaxFailures"] = "2" });
        for (var i = 0; i < 5; i++)
            await FailAsync(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("nobody", Wrong));

        _customers.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task Guesses_at_the_same_time_get_no_further()
    {
        await using var host = await StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Task.Run(() => FailAsync(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", Wrong)))));

        _customers.Calls.ShouldBe(6);
    }

    [Fact]
    public async Task Many_log_ins_at_the_same_time_with_the_right_password_all_succeed()
    {
        await using var host = await StartAsync();

        var tokens = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", CallerHost.Password))));

        tokens.Distinct(StringComparer.Ordinal).Count().ShouldBe(30);
    }

    [Fact]
    public async Task An_outage_of_the_hosts_customers_locks_nobody_out_but_hanging_up_counts()
    {
        await using var host = await StartAsync();
        var answer = _customers.Answer;
        foreach (var outage in new Exception[] { new InvalidDataException("no answer"), new TaskCanceledException("no answer in time") })
        {
            _customers.Answer = (_, _, _) => throw outage;
            for (var i = 0; i < 10; i++)
                (await Should.ThrowAsync<Exception>(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", CallerHost.Password))).ShouldBeOfType(outage.GetType());
            _customers.Answer = answer;
            await host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", CallerHost.Password);
        }

        for (var i = 0; i < 6; i++)
        {
            using var caller = new CancellationTokenSource();
            _customers.Answer = async (_, _, cancellationToken) =>
            {
                await caller.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
                return null;
            };
            await Should.ThrowAsync<OperationCanceledException>(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", Wrong, caller.Token));
        }

        _customers.Answer = answer;
        await FailAsync(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", CallerHost.Password));
    }

    [Fact]
    public async Task A_new_password_and_switching_on_lift_the_lock()
    {
        await using var host = await StartAsync();
        await host.AdminAsync("anna");
        foreach (var change in new Func<Task>[] { () => host.Users.SetPasswordAsync("Anna", CallerHost.Password), () => host.Users.SetActiveAsync("Anna", true) })
        {
            for (var i = 0; i < 6; i++)
                await FailAsync(host, "anna", Wrong);
            await FailAsync(host, "anna", CallerHost.Password);

            await change();

            (await host.AdminTokens.CreateAdminAccessTokenAsync("anna", CallerHost.Password)).ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task Other_characters_for_the_same_name_give_no_new_tries()
    {
        await using var host = await StartAsync();

        foreach (var name in new[] { "zo\u00eb", "zoe\u0308", "\uff3ao\u00eb", "ZO\u00cb", "\uff5a\uff4f\u00eb", "ZOE\u0308" })
            await FailAsync(() => host.CustomerTokens.CreateCustomerAccessTokenAsync(name, Wrong));
        await FailAsync(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("Zo\u00eb", CallerHost.Password));

        _customers.Calls.ShouldBe(6);
        Rows("login_failure").ShouldBe(1);
    }

    [Fact]
    public async Task No_admin_waits_for_the_hosts_customers()
    {
        await using var host = await StartAsync();
        await host.AdminAsync("anna");
        var goOn = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _customers.Answer = (_, _, _) => goOn.Task;
        var customer = host.CustomerTokens.CreateCustomerAccessTokenAsync("anna", CallerHost.Password);
        await Eventually.True(() => _customers.Calls == 1);

        (await host.AdminTokens.CreateAdminAccessTokenAsync("anna", CallerHost.Password).WaitAsync(TimeSpan.FromSeconds(20))).ShouldNotBeEmpty();

        goOn.SetResult("customer");
        await customer;
    }

    [Fact]
    public async Task Not_more_passwords_are_verified_at_once_than_there_are_processors()
    {
        using var hasher = new HeldHasher(Environment.ProcessorCount);
        using var passwords = new Passwords(hasher);
        _ = passwords.Decoy;
        var busy = Enumerable.Range(0, Environment.ProcessorCount)
            .Select(_ => Task.Factory.StartNew(() => passwords.VerifyAsync(null, Wrong, CancellationToken.None), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap())
            .ToList();
        await Eventually.True(() => hasher.Calls == Environment.ProcessorCount);

        var waiting = passwords.VerifyAsync(null, Wrong, CancellationToken.None);
        hasher.Calls.ShouldBe(Environment.ProcessorCount);
        waiting.IsCompleted.ShouldBeFalse();

        hasher.Release();
        await Task.WhenAll(busy);
        (await waiting).ShouldBeFalse();
        hasher.Calls.ShouldBe(Environment.ProcessorCount + 1);
    }

    [Fact]
    public async Task Expired_tokens_and_ended_locks_are_removed_hourly()
    {
        await using var host = await StartAsync();
        await host.AdminAsync("anna");
        await host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", CallerHost.Password);
        await FailAsync(() => host.CustomerTokens.CreateCustomerAccessTokenAsync("made up", Wrong));
        Rows("token").ShouldBe(2);
        Rows("login_failure").ShouldBe(1);

        _time.Advance(TimeSpan.FromHours(1));

        await Eventually.True(() => Rows("token") == 1 && Rows("login_failure") == 0);
    }

    [Fact]
    public async Task They_are_removed_at_start_too_however_many_there_are()
    {
        await using (await StartAsync())
        {
        }

        var (hash, past) = _store is PostgreSqlFixture ? ("sha256(i::text::bytea)", "'epoch'::timestamptz") : ("randomblob(32)", "0");
        Execute($"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) INSERT INTO token SELECT {hash}, 3, 'x', {past}, {past} FROM n");
        Execute($"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) INSERT INTO login_failure SELECT 3, {hash}, 1, {past} FROM n");
        await using var host = await StartAsync();

        await Eventually.True(() => Rows("token") == 0 && Rows("login_failure") == 0);
    }

    [Fact]
    public async Task Names_that_nobody_can_have_leave_no_row()
    {
        await using var host = await StartAsync();

        foreach (var name in new[] { new string('n', 256), "a\nb", " a", "\udc00", "a\u200bb", "a\ufffe" })
            await FailAsync(host, name, Wrong);

        Rows("login_failure").ShouldBe(0);
    }

    [Fact]
    public async Task The_password_of_nobody_is_verified_as_all_others_are()
    {
        using var passwords = new Passwords();

        // Form, pseudo-random function, iterations and length of the salt: what the time depends on.
        Convert.FromBase64String(passwords.Decoy)[..13].ShouldBe(Convert.FromBase64String(passwords.Hash(CallerHost.Password))[..13]);
        (await passwords.VerifyAsync(null, CallerHost.Password, CancellationToken.None)).ShouldBeFalse();
    }

    private async Task<CallerHost> StartAsync(Dictionary<string, string?>? configuration = null) =>
        await CallerHost.StartAsync(_store, _time, configuration, builder => builder.Services.AddSingleton<ICustomerAuthenticator>(_customers));

    private static Task<AuthenticationException> FailAsync(CallerHost host, string name, string password) =>
        FailAsync(() => host.AdminTokens.CreateAdminAccessTokenAsync(name, password));

    private static Task<AuthenticationException> FailAsync(Func<Task> logIn) => Should.ThrowAsync<AuthenticationException>(logIn);

    private long Rows(string table) => _store.Scalar($"SELECT count(*) FROM {table}");

    private void Execute(string sql) => _store.Execute(sql);

    /// <summary>Holds up the first verifications until it is released.</summary>
    private sealed class HeldHasher(int held) : IPasswordHasher<AdminRecord>, IDisposable
    {
        private readonly ManualResetEventSlim _isReleased = new();
        private int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public void Release() => _isReleased.Set();

        public void Dispose() => _isReleased.Dispose();

        public string HashPassword(AdminRecord user, string password) => "hash";

        public PasswordVerificationResult VerifyHashedPassword(AdminRecord user, string hashedPassword, string providedPassword)
        {
            if (Interlocked.Increment(ref _calls) <= held)
                _isReleased.Wait();
            return PasswordVerificationResult.Failed;
        }
    }
}
