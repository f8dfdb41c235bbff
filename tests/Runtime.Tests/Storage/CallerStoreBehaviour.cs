using Declarative.Acl;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Storage;

public sealed class SqliteCallerStoreBehaviour : CallerStoreBehaviour<SqliteFixture>;

public sealed class PostgreSqlCallerStoreBehaviour : CallerStoreBehaviour<PostgreSqlFixture>;

/// <summary>What every store must do for callers, spoken to directly.</summary>
public abstract class CallerStoreBehaviour<TStore> : StoreTest<TStore>
    where TStore : IStoreFixture, new()
{
    private byte _next;

    private ICallerStore Callers => Get<ICallerStore>();

    [Fact]
    public async Task A_role_is_stored_once_by_its_key_and_its_resources_are_replaced()
    {
        await Callers.SaveRoleAsync(Role("Sellers", "A::b", "A::a"), None);
        var first = (await Callers.LoadRolesAsync(None)).ShouldHaveSingleItem();
        await Callers.SaveRoleAsync(Role("sellers", "A::c") with { CreatedAt = Now.AddHours(1), ModifiedAt = Now.AddHours(1) }, None);
        await Callers.SaveRoleAsync(Role("None"), None);

        first.Resources.ShouldBe(["A::a", "A::b"], ignoreOrder: true);
        var roles = await Callers.LoadRolesAsync(None);
        roles.Select(role => role.Name).ShouldBe(["None", "sellers"]);
        roles[0].Resources.ShouldBeEmpty();
        roles[1].Id.ShouldBe(first.Id);
        roles[1].Resources.ShouldBe(["A::c"]);
        roles[1].CreatedAt.ShouldBe(Now);
        roles[1].ModifiedAt.ShouldBe(Now.AddHours(1));
    }

    [Fact]
    public async Task A_role_that_can_not_be_stored_whole_is_left_as_it_was()
    {
        await Callers.SaveRoleAsync(Role("sellers", "A::a"), None);

        await Should.ThrowAsync<Exception>(() => Callers.SaveRoleAsync(Role("sellers", "A::b", "A::b"), None));

        (await Callers.LoadRolesAsync(None)).Single().Resources.ShouldBe(["A::a"]);
    }

    [Fact]
    public async Task An_admin_is_found_by_key_and_a_taken_name_is_told()
    {
        (await Callers.AddAdminAsync(Admin("Anna"), None)).ShouldBeTrue();
        (await Callers.AddAdminAsync(Admin("anna"), None)).ShouldBeFalse();

        var admin = (await Callers.FindAdminAsync("ANNA", None))!;
        (admin.Name, admin.PasswordHash, admin.RoleId, admin.IsActive, admin.CreatedAt).ShouldBe(("Anna", "hash", 1, true, Now));
        (await Callers.FindAdminAsync("Anna", None)).ShouldBeNull();
        (await Callers.LoadAdminsAsync(None)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Only_one_of_many_admins_of_a_name_is_stored()
    {
        var stored = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Callers.AddAdminAsync(Admin("anna"), None)));

        stored.Count(isStored => isStored).ShouldBe(1);
    }

    [Fact]
    public async Task A_change_leaves_the_rest_and_only_some_revoke()
    {
        var anna = await AnnaAsync();
        var token = await TokenAsync(anna);

        (await Callers.ChangeAdminAsync(anna.Id, new AdminChange { RoleId = 2, Now = Now.AddHours(1) }, None)).ShouldBeTrue();
        (await FindAsync(token)).ShouldBe(new TokenOwner(CallerKind.Admin, OwnerOf(anna), "Anna", 2, Now.AddHours(4)));
        (await Callers.ChangeAdminAsync(anna.Id, new AdminChange { IsActive = true, Now = Now }, None)).ShouldBeTrue();
        (await FindAsync(token)).ShouldNotBeNull();

        (await Callers.ChangeAdminAsync(anna.Id, new AdminChange { PasswordHash = "other", Now = Now }, None)).ShouldBeTrue();
        (await FindAsync(token)).ShouldBeNull();
        var changed = (await Callers.FindAdminAsync("ANNA", None))!;
        (changed.PasswordHash, changed.RoleId, changed.IsActive).ShouldBe(("other", 2, true));
        (await Callers.ChangeAdminAsync(anna.Id + 1, new AdminChange { Now = Now }, None)).ShouldBeFalse();
    }

    [Fact]
    public async Task Switching_off_revokes_for_good()
    {
        var anna = await AnnaAsync();
        var token = await TokenAsync(anna);

        await Callers.ChangeAdminAsync(anna.Id, new AdminChange { IsActive = false, Now = Now }, None);
        (await FindAsync(token)).ShouldBeNull();
        await Callers.ChangeAdminAsync(anna.Id, new AdminChange { IsActive = true, Now = Now }, None);
        (await FindAsync(token)).ShouldBeNull();
    }

    [Fact]
    public async Task No_token_is_stored_for_who_is_off_or_has_another_password_or_is_not_there()
    {
        var anna = await AnnaAsync();

        (await Callers.AddTokenAsync(Token(OwnerOf(anna), CallerKind.Admin, "other"), None)).ShouldBeFalse();
        (await Callers.AddTokenAsync(Token("4711", CallerKind.Admin, "hash"), None)).ShouldBeFalse();
        await Callers.ChangeAdminAsync(anna.Id, new AdminChange { IsActive = false, Now = Now }, None);
        (await Callers.AddTokenAsync(Token(OwnerOf(anna), CallerKind.Admin, "hash"), None)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_customers_token_needs_no_row_of_hers()
    {
        var token = Token("customer-7", CallerKind.Customer);
        (await Callers.AddTokenAsync(token, None)).ShouldBeTrue();

        (await FindAsync(token)).ShouldBe(new TokenOwner(CallerKind.Customer, "customer-7", "customer-7", null, Now.AddHours(4)));
    }

    [Fact]
    public async Task A_customer_whose_id_is_an_admins_row_is_not_that_admin()
    {
        var anna = await AnnaAsync();
        var token = Token(OwnerOf(anna), CallerKind.Customer);
        await Callers.AddTokenAsync(token, None);
        await Callers.ChangeAdminAsync(anna.Id, new AdminChange { IsActive = false, Now = Now }, None);

        (await FindAsync(token)).ShouldBe(new TokenOwner(CallerKind.Customer, OwnerOf(anna), OwnerOf(anna), null, Now.AddHours(4)));
    }

    [Fact]
    public async Task A_token_is_good_until_just_before_its_end()
    {
        var token = await TokenAsync(await AnnaAsync());

        (await Callers.FindTokenAsync(token.Hash, Now.AddHours(4).AddMilliseconds(-1), None)).ShouldNotBeNull();
        (await Callers.FindTokenAsync(token.Hash, Now.AddHours(4), None)).ShouldBeNull();
        (await Callers.FindTokenAsync(new byte[32], Now, None)).ShouldBeNull();
    }

    [Fact]
    public async Task Tokens_are_revoked_by_hash_or_by_owner_of_one_kind()
    {
        var anna = await AnnaAsync();
        var tokens = new[] { await TokenAsync(anna), await TokenAsync(anna), await TokenAsync(anna) };
        var customer = Token(OwnerOf(anna), CallerKind.Customer);
        await Callers.AddTokenAsync(customer, None);

        (await Callers.RevokeTokenAsync(CallerKind.Customer, tokens[0].Hash, None)).ShouldBeFalse();
        (await Callers.RevokeTokenAsync(CallerKind.Admin, tokens[0].Hash, None)).ShouldBeTrue();
        (await FindAsync(tokens[0])).ShouldBeNull();
        (await FindAsync(tokens[1])).ShouldNotBeNull();
        (await Callers.RevokeTokensAsync(CallerKind.Admin, OwnerOf(anna), None)).ShouldBe(2);
        (await FindAsync(tokens[2])).ShouldBeNull();
        (await FindAsync(customer)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Tries_are_counted_up_to_the_limit_and_then_the_name_is_locked()
    {
        for (var number = 1; number <= 3; number++)
            (await CountAsync(Now)).ShouldBe(number);

        (await CountAsync(Now.AddMinutes(10))).ShouldBe(0);
        (await CountAsync(Now.AddMinutes(30).AddMilliseconds(-1))).ShouldBe(0);
        (await CountAsync(Now.AddMinutes(30))).ShouldBe(1);
    }

    [Fact]
    public async Task The_lock_runs_from_the_last_failure_and_the_window_from_the_first()
    {
        await CountAsync(Now);
        await CountAsync(Now.AddMinutes(10));
        (await CountAsync(Now.AddMinutes(20))).ShouldBe(3);
        (await CountAsync(Now.AddMinutes(49))).ShouldBe(0);
        (await CountAsync(Now.AddMinutes(50))).ShouldBe(1);
        (await CountAsync(Now.AddMinutes(79))).ShouldBe(2);
        (await CountAsync(Now.AddMinutes(80))).ShouldBe(1);
    }

    [Fact]
    public async Task Tries_at_the_same_time_are_counted_one_by_one()
    {
        var numbers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => CountAsync(Now)));

        numbers.Where(number => number > 0).ShouldBe([1, 2, 3], ignoreOrder: true);
    }

    [Fact]
    public async Task Kinds_and_names_are_counted_apart()
    {
        for (var i = 0; i < 3; i++)
            await CountAsync(Now);

        (await CountAsync(Now, "BERTA")).ShouldBe(1);
        (await CountAsync(Now, "ANNA", CallerKind.Admin)).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_forgets_the_failures_of_its_name_and_kind()
    {
        await CountAsync(Now);
        await CountAsync(Now, "ANNA", CallerKind.Admin);
        await CountAsync(Now, "BERTA");

        await Callers.AddTokenAsync(Token("1", CallerKind.Customer), None);

        (await CountAsync(Now)).ShouldBe(1);
        (await CountAsync(Now, "ANNA", CallerKind.Admin)).ShouldBe(2);
        (await CountAsync(Now, "BERTA")).ShouldBe(2);
    }

    [Fact]
    public async Task A_new_password_and_switching_on_forget_the_failures_of_the_user()
    {
        var anna = await AnnaAsync();
        await CountAsync(Now);
        await CountAsync(Now, "BERTA", CallerKind.Admin);
        await CountAsync(Now, kind: CallerKind.Admin);
        foreach (var change in new[] { new AdminChange { PasswordHash = "other", Now = Now }, new AdminChange { IsActive = true, Now = Now } })
        {
            await Callers.ChangeAdminAsync(anna.Id, new AdminChange { RoleId = 2, Now = Now }, None);
            await Callers.ChangeAdminAsync(anna.Id, new AdminChange { IsActive = false, Now = Now }, None);
            (await CountAsync(Now, kind: CallerKind.Admin)).ShouldBe(2);

            (await Callers.ChangeAdminAsync(anna.Id, change, None)).ShouldBeTrue();

            (await CountAsync(Now, kind: CallerKind.Admin)).ShouldBe(1);
        }

        (await CountAsync(Now)).ShouldBe(2);
        (await CountAsync(Now, "BERTA", CallerKind.Admin)).ShouldBe(2);
    }

    [Fact]
    public async Task A_count_that_is_taken_back_opens_the_lock_that_it_made()
    {
        for (var i = 0; i < 3; i++)
            await CountAsync(Now);

        await Callers.UncountLoginAsync(CallerKind.Customer, "ANNA", None);
        await Callers.UncountLoginAsync(CallerKind.Customer, "NOBODY", None);

        (await CountAsync(Now)).ShouldBe(3);
        (await CountAsync(Now)).ShouldBe(0);
    }

    [Fact]
    public async Task Counts_taken_back_never_go_below_nothing()
    {
        await CountAsync(Now);
        for (var i = 0; i < 5; i++)
            await Callers.UncountLoginAsync(CallerKind.Customer, "ANNA", None);

        (await CountAsync(Now)).ShouldBe(1);
    }

    [Fact]
    public async Task Only_what_has_ended_is_removed_and_only_so_much_at_once()
    {
        var anna = await AnnaAsync();
        var token = await TokenAsync(anna);
        for (var i = 0; i < 5; i++)
            await Callers.AddTokenAsync(Token("customer", CallerKind.Customer, expiresAt: Now.AddMinutes(i)), None);
        await CountAsync(Now);
        await CountAsync(Now.AddMinutes(5), "BERTA");

        (await Callers.DeleteExpiredAsync(Now.AddMinutes(2), 2, None)).ShouldBeTrue();
        (await Callers.DeleteExpiredAsync(Now.AddMinutes(2), 2, None)).ShouldBeFalse();
        (await Callers.RevokeTokensAsync(CallerKind.Customer, "customer", None)).ShouldBe(2);
        (await CountAsync(Now.AddMinutes(2))).ShouldBe(2);

        (await Callers.DeleteExpiredAsync(Now.AddMinutes(30), 100, None)).ShouldBeFalse();
        (await FindAsync(token)).ShouldNotBeNull();
        (await CountAsync(Now.AddMinutes(2))).ShouldBe(1);
        (await CountAsync(Now.AddMinutes(2), "BERTA")).ShouldBe(2);
    }

    private static string OwnerOf(AdminRecord admin) => admin.Id.ToString();

    private static RoleRecord Role(string name, params string[] resources) =>
        new() { Name = name, NameKey = name.ToUpperInvariant(), Resources = resources, CreatedAt = Now, ModifiedAt = Now };

    private static AdminRecord Admin(string name) => new()
    {
        Name = name,
        NameKey = name.ToUpperInvariant(),
        PasswordHash = "hash",
        RoleId = 1,
        IsActive = true,
        CreatedAt = Now,
        ModifiedAt = Now,
    };

    private async Task<AdminRecord> AnnaAsync()
    {
        await Callers.AddAdminAsync(Admin("Anna"), None);
        return (await Callers.FindAdminAsync("ANNA", None))!;
    }

    private NewToken Token(string owner, CallerKind kind, string? passwordHash = null, DateTimeOffset? expiresAt = null) => new()
    {
        Hash = [.. Enumerable.Repeat(++_next, 32)],
        Kind = kind,
        Owner = owner,
        NameKey = "ANNA",
        PasswordHash = passwordHash,
        CreatedAt = Now,
        ExpiresAt = expiresAt ?? Now.AddHours(4),
    };

    private async Task<NewToken> TokenAsync(AdminRecord admin)
    {
        var token = Token(OwnerOf(admin), CallerKind.Admin, admin.PasswordHash);
        (await Callers.AddTokenAsync(token, None)).ShouldBeTrue();
        return token;
    }

    private Task<TokenOwner?> FindAsync(NewToken token) => Callers.FindTokenAsync(token.Hash, Now, None);

    private Task<int> CountAsync(DateTimeOffset now, string name = "ANNA", CallerKind kind = CallerKind.Customer) =>
        Callers.CountLoginAsync(new LoginAttempt(kind, name, 3, TimeSpan.FromMinutes(30), now), None);
}
