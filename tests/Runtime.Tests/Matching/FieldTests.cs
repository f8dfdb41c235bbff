using Declarative.Matching;

namespace Declarative.Tests.Matching;

public sealed class FieldTests
{
    private const string Order = """
        {"id":7,"status":"new","customer":{"email":"a@b.c","group":{"id":3,"code":"VIP"}},
         "items":[{"sku":"A","qty":1,"product":{"name":"tent","price":9.50}},{"sku":"B","qty":2,"product":{"name":"rope","price":1}}],
         "totals":{"x":{"code":"tax","value":5},"y":{"code":"ship","value":2}}}
        """;

    [Theory]
    [InlineData("*", Order)]
    [InlineData("id", """{"id":7}""")]
    [InlineData("status id", """{"status":"new","id":7}""")]
    [InlineData("id customer.group.code customer.group.nope customer.email x.y.z", """{"id":7,"customer":{"group":{"code":"VIP","nope":null},"email":"a@b.c"},"x":{"y":{"z":null}}}""")]
    [InlineData("items[].sku", """{"items":[{"sku":"A"},{"sku":"B"}]}""")]
    [InlineData("items[].product.name items[].qty", """{"items":[{"product":{"name":"tent"},"qty":1},{"product":{"name":"rope"},"qty":2}]}""")]
    [InlineData("items[].nope", """{"items":[{"nope":null},{"nope":null}]}""")]
    [InlineData("items[].sku.deeper", """{"items":[{"sku":{"deeper":null}},{"sku":{"deeper":null}}]}""")]
    [InlineData("totals[].value totals[].code", """{"totals":[{"value":5,"code":"tax"},{"value":2,"code":"ship"}]}""")]
    [InlineData("totals[]", """{"totals":[{"code":"tax","value":5},{"code":"ship","value":2}]}""")]
    [InlineData("id missing[].product.name missing2[].id", """{"id":7,"missing":[],"missing2":[]}""")]
    [InlineData("missing[]", """{"missing":null}""")]
    [InlineData("status[]", """{"status":null}""")]
    [InlineData("status[].x", """{"status":[]}""")]
    [InlineData("customer.group customer.group.id", """{"customer":{"group":{"id":3,"code":"VIP"}}}""")]
    [InlineData("customer.email customer", """{"customer":{"email":"a@b.c","group":{"id":3,"code":"VIP"}}}""")]
    [InlineData("items[] items[].sku", """{"items":[{"sku":"A","qty":1,"product":{"name":"tent","price":9.50}},{"sku":"B","qty":2,"product":{"name":"rope","price":1}}]}""")]
    public async Task Fields_are_chosen(string fields, string expected) =>
        (await Plans.ProjectAsync(fields.Split(' '), Order)).ShouldBeJson(expected);

    [Theory]
    [InlineData("number=id", """{"number":7}""")]
    [InlineData("buyer.mail=customer.email buyer.Group=customer.group.id", """{"buyer":{"mail":"a@b.c","Group":3}}""")]
    [InlineData("lines[].code=items[].sku lines[].name=items[].product.name", """{"lines":[{"code":"A","name":"tent"},{"code":"B","name":"rope"}]}""")]
    [InlineData("skus=items[].sku", """{"skus":["A","B"]}""")]
    [InlineData("skus[]=items[].sku", """{"skus":["A","B"]}""")]
    [InlineData("items[].sku items[].order=id", """{"items":[{"sku":"A","order":7},{"sku":"B","order":7}]}""")]
    [InlineData("items[].order=id", """{"items":[{"order":7},{"order":7}]}""")]
    [InlineData("nope[].order=id", """{"nope":[]}""")]
    [InlineData("items[].tags[].sku=items[].sku", """{"items":[{"tags":[]},{"tags":[]}]}""")]
    [InlineData("customer customer.email=status", """{"customer":{"email":"new","group":{"id":3,"code":"VIP"}}}""")]
    [InlineData("id id=status", """{"id":"new"}""")]
    public async Task Fields_come_from_elsewhere(string fields, string expected) =>
        (await Plans.ProjectAsync(fields.Split(' '), Order)).ShouldBeJson(expected);

    [Theory]
    [InlineData("*", "", """{"sku":"s","_isNew":false}""")]
    [InlineData("* _origData", "", """{"sku":"s","_isNew":false,"_origData":{"sku":"o","qty":1}}""")]
    [InlineData("* _origData.sku", "", """{"sku":"s","_isNew":false,"_origData":{"sku":"o"}}""")]
    [InlineData("* sku=_origData.sku", "", """{"sku":"o","_isNew":false}""")]
    [InlineData("* old.sku=_origData.sku", "", """{"sku":"s","_isNew":false,"old":{"sku":"o"}}""")]
    [InlineData("sku", "", """{"sku":"s"}""")]
    [InlineData("_isNew", "", """{"_isNew":false}""")]
    [InlineData("*", """{"_isNew":true}""", """{"sku":"s","_isNew":true}""")]
    [InlineData("* _origData", """{"_isNew":false,"_origData":{"a":1}}""", """{"sku":"s","_isNew":false,"_origData":{"a":1}}""")]
    [InlineData("_origData.a _isNew", """{"_isNew":false,"_origData":{"a":1}}""", """{"_isNew":false,"_origData":{"a":1}}""")]
    public async Task The_original_state_is_sent_only_if_it_is_listed(string fields, string original, string expected) =>
        (await Plans.ProjectAsync(fields.Split(' '), """{"sku":"s","_origData":{"sku":"o","qty":1},"_isNew":false}""", original)).ShouldBeJson(expected);

    [Fact]
    public async Task Everything_may_be_overlaid() =>
        (await Plans.ProjectAsync(["*", "items[].order=id", "items[].sku", "customer.tier=status"], """{"id":7,"status":"new","customer":{"id":1},"items":[{"sku":"A"},{"sku":"B"}]}"""))
            .ShouldBeJson("""{"id":7,"status":"new","customer":{"id":1,"tier":"new"},"items":[{"sku":"A","order":7},{"sku":"B","order":7}]}""");

    [Fact]
    public async Task Scalars_where_objects_are_expected_give_null() =>
        (await Plans.ProjectAsync(["products.items[].product.name", "products.items[].qty"], """{"products":{"items":{"first":"one","second":2}}}"""))
            .ShouldBeJson("""{"products":{"items":[{"product":{"name":null},"qty":null},{"product":{"name":null},"qty":null}]}}""");

    [Fact]
    public async Task Lists_may_be_nested() =>
        (await Plans.ProjectAsync(["orders[].items[].sku", "orders[].id", "all=orders[].items[].sku"], """{"orders":[{"id":1,"items":[{"sku":"A"},{"sku":"B"}]},{"id":2,"items":[]},{"id":3}]}"""))
            .ShouldBeJson("""{"orders":[{"items":[{"sku":"A"},{"sku":"B"}],"id":1},{"items":[],"id":2},{"items":[],"id":3}],"all":[["A","B"],[],[]]}""");

    [Fact]
    public async Task Without_fields_nothing_is_changed()
    {
        var matched = await Plans.MatchAsync([Plans.Target([])], """{ "key": "value", "_origData": 1, "base64_encoded_data": 2 }""");
        matched.ShouldHaveSingleItem().Payload.ShouldBeNull();
    }

    [Fact]
    public async Task Everything_of_a_payload_without_original_state_is_the_payload() =>
        (await Plans.MatchAsync([Plans.Fields(["*"])], Order)).ShouldHaveSingleItem().Payload.ShouldBeNull();

    [Theory]
    [InlineData("""[1,2]""")]
    [InlineData("""5""")]
    [InlineData("""null""")]
    public async Task A_payload_that_is_no_object_has_no_fields(string payload)
    {
        (await Plans.ProjectAsync(["*"], payload)).ShouldBe(payload);
        (await Plans.ProjectAsync(["a", "b[].c"], payload)).ShouldBe("""{"a":null,"b":[]}""");
    }

    [Theory]
    [InlineData("image", """{"image":{"name":"x"}}""")]
    [InlineData("*", """{"id":1,"image":{"name":"x"},"list":[{"a":[1,2]},{}]}""")]
    [InlineData("list image.name image.base64_encoded_data", """{"list":[{"a":[1,2]},{}],"image":{"name":"x"}}""")]
    [InlineData("data=image.base64_encoded_data", "{}")]
    public async Task Image_content_is_never_sent(string fields, string expected) =>
        (await Plans.ProjectAsync(fields.Split(' '), """{"id":1,"image": { "base64_encoded_data" : {"x":[1,{}]}, "name" : "x" },"list":[{"a":[1,2],"base64_encoded_data":"y"},{"base64_encoded_d\u0061ta":"z"}],"base64_encoded_data":1}""")).ShouldBeJson(expected);

    [Theory]
    [InlineData("""{"sk\u0075":1}""", "sku", """{"sku":1}""")]
    [InlineData("""{"größe":1}""", "größe", """{"größe":1}""")]
    [InlineData("""{"gr\u00f6\u00dfe":1}""", "größe", """{"größe":1}""")]
    [InlineData("""{"\ud83d\ude00":1}""", "😀", """{"😀":1}""")]
    [InlineData("""{"\ud83d":2,"a":1}""", "a", """{"a":1}""")]
    [InlineData("""{"a":1,"a":{"b":2},"a":{"c":3}}""", "a.b a.c", """{"a":{"b":null,"c":3}}""")]
    [InlineData("""{"a":[{"b":1}],"a":[{"b":2},{"b":3}]}""", "a[].b", """{"a":[{"b":2},{"b":3}]}""")]
    [InlineData("""{"a":{"x":{"b":1},"y":{"b":2},"x":{"b":3}}}""", "a[].b", """{"a":[{"b":3},{"b":2}]}""")]
    [InlineData("""{"a":1,"":{"":5}}""", "a", """{"a":1}""")]
    [InlineData("""{"a\"b":1}""", "a\"b", """{"a\"b":1}""")]
    public async Task Names_are_compared_unescaped_and_the_last_of_one_name_counts(string payload, string fields, string expected) =>
        (await Plans.ProjectAsync(fields.Split(' '), payload)).ShouldBeJson(expected);

    [Theory]
    [InlineData("a..b", "is no path")]
    [InlineData("a[0]", "is no path")]
    [InlineData("x=a[", "is no path")]
    [InlineData("a.b a[].c", "'a' a list as well as an object")]
    [InlineData("a[].b=x[].b a[].c=y[].c", "two lists")]
    public async Task Fields_that_make_no_sense_fail_their_subscription_alone(string fields, string problem)
    {
        var matched = await Plans.MatchAsync([Plans.Fields(fields.Split(' ')), Plans.Fields(["id"])], """{"id":1}""");
        matched.Count.ShouldBe(2);
        matched[0].End.ShouldBe(MatchEnd.Failed);
        matched[0].Failure.ShouldNotBeNull().ShouldContain(problem);
        matched[1].End.ShouldBe(MatchEnd.Deliver);
    }

    [Fact]
    public async Task Values_keep_their_bytes() =>
        (await Plans.ProjectAsync(["n", "s", "o"], """{"n":1.500e+2,"s":"\u00e9\/","o":{ "a" : [ 1 ] }}""")).ShouldBe("""{"n":1.500e+2,"s":"\u00e9\/","o":{ "a" : [ 1 ] }}""");
}
