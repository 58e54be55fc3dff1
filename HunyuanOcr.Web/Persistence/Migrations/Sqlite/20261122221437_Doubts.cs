using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace HunyuanOcr.Web.Persistence.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Doubts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Doubts",
                table: "Runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ModelDevice",
                table: "Runs",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Doubts",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "ModelDevice",
                table: "Runs");
        }
    }
}
