using Declarative.Integrations;
using Declarative.Storage;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Storage;

public sealed class SqliteIntegrationStoreBehaviour : IntegrationStoreBehaviour<SqliteFixture>;

public sealed class PostgreSqlIntegrationStoreBehaviour : IntegrationStoreBehaviour<PostgreSqlFixture>;

/// <summary>What every store must do for integrations and their nonces.</summary>
public abstract class IntegrationStoreBehaviour<TStore> : StoreTest<TStore>
    where TStore : IStoreFixture, new()
{
    private IIntegrationStore Integrations => Get<IIntegrationStore>();

    [Fact]
    public async Task All_that_an_integration_says_is_kept()
    {
        var record = Integration("Erp") with { Email = "a@b.example", EndpointUrl = "https://a.example/", IdentityLinkUrl = "https://b.example/", Status = IntegrationStatus.Recreated, Type = IntegrationType.Config };

        var id = await Integrations.AddAsync(record, None);
        var loaded = (await Integrations.LoadAsync(None)).ShouldHaveSingleItem();

        loaded.Id.ShouldBe(id.ShouldNotBeNull());
        loaded.Version.ShouldBe(1);
        loaded.Credentials.ShouldBe(record.Credentials);
        loaded.Resources.ShouldBe(record.Resources);
        (loaded with { Id = 0, Version = 0, Credentials = record.Credentials, Resources = record.Resources }).ShouldBe(record);
    }

    [Fact]
    public async Task Names_and_consumer_keys_are_unique()
    {
        (await Integrations.AddAsync(Integration("Erp"), None)).ShouldNotBeNull();
        (await Integrations.AddAsync(Integration("ERP") with { ConsumerKey = "other" }, None)).ShouldBeNull();
        (await Integrations.AddAsync(Integration("Crm") with { ConsumerKey = "key of Erp" }, None)).ShouldBeNull();
        await Integrations.AddAsync(Integration("Crm"), None);

        var crm = (await Integrations.LoadAsync(None)).Single(static one => one.Name == "Crm");
        (await Integrations.ReplaceAsync(crm with { NameKey = "ERP" }, None)).ShouldBeFalse();
        (await Integrations.LoadAsync(None)).Select(static one => one.NameKey).ShouldBe(["CRM", "ERP"]);
    }

    [Fact]
    public async Task Who_read_an_older_version_changes_nothing()
    {
        await Integrations.AddAsync(Integration("Erp"), None);
        var read = (await Integrations.LoadAsync(None)).Single();

        (await Integrations.ReplaceAsync(read with { Email = "first@b.example" }, None)).ShouldBeTrue();
        (await Integrations.ReplaceAsync(read with { Email = "second@b.example" }, None)).ShouldBeFalse();

        var after = (await Integrations.LoadAsync(None)).Single();
        (after.Email, after.Version).ShouldBe(("first@b.example", 2));
    }

    [Fact]
    public async Task A_nonce_is_stored_once_for_each_integration()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Integrations.AddNoncesAsync([new(1, "x", 5), new(1, "x", 5)], None)));
        added.SelectMany(static one => one).Count(static isNew => isNew).ShouldBe(1);
        (await Integrations.AddNoncesAsync([new(1, "x", 5), new(2, "x", 5), new(1, "x", 7)], None)).ShouldBe([false, true, true]);
        (await Integrations.HasNonceAsync(new(1, "x", 5), None)).ShouldBeTrue();
        (await Integrations.HasNonceAsync(new(1, "X", 5), None)).ShouldBeFalse();
        (await Integrations.HasNonceAsync(new(1, "x", 6), None)).ShouldBeFalse();
        (await Integrations.HasNonceAsync(new(3, "x", 5), None)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("\ud800")]
    public async Task A_nonce_may_have_any_characters(string text)
    {
        (await Integrations.AddNoncesAsync([new(1, text, 5), new(1, "x", 5)], None)).ShouldBe([true, true]);
        (await Integrations.AddNoncesAsync([new(1, text, 5)], None)).ShouldBe([false]);
        (await Integrations.HasNonceAsync(new(1, text, 5), None)).ShouldBeTrue();
    }

    [Fact]
    public async Task Old_nonces_are_removed_in_batches()
    {
        foreach (var timestamp in (long[])[1, 2, 3, 10])
            await Integrations.AddNoncesAsync([new(1, $"n{timestamp}", timestamp)], None);

        (await Integrations.DeleteNoncesAsync(10, limit: 2, None)).ShouldBeTrue();
        (await Integrations.DeleteNoncesAsync(10, limit: 2, None)).ShouldBeFalse();

        (await Integrations.HasNonceAsync(new(1, "n3", 3), None)).ShouldBeFalse();
        (await Integrations.HasNonceAsync(new(1, "n10", 10), None)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_row_of_a_deleted_integration_is_not_given_again()
    {
        var id = (await Integrations.AddAsync(Integration("Erp"), None)).ShouldNotBeNull();

        (await Integrations.DeleteAsync(id, None)).ShouldBeTrue();
        (await Integrations.DeleteAsync(id, None)).ShouldBeFalse();

        (await Integrations.AddAsync(Integration("Erp"), None)).ShouldNotBe(id);
    }

    private static IntegrationRecord Integration(string name) => new()
    {
        Name = name,
        NameKey = name.ToUpperInvariant(),
        Status = IntegrationStatus.Active,
        Type = IntegrationType.Manual,
        Resources = ["Shop_Sales::orders", "Shop_Sales::\"'[]"],
        ConsumerKey = "key of " + name,
        Credentials = [1, 2, 3],
        CreatedAt = Now,
        ModifiedAt = Now,
    };
}
