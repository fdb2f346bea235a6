package account_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
	"github.com/trefoil-graph/trefoil/subgraphs/user/token"
)

// A user registers, logs in, and mistypes the password.
func ExampleService() {
	folder := must(os.MkdirTemp("", "user"))
	defer os.RemoveAll(folder)
	ctx := context.Background()
	db := must(sqldb.Open(ctx, filepath.Join(folder, "user.db")))
	defer db.Close()
	users := must(store.New(ctx, db, must(outbox.New(ctx, db))))
	service := account.NewService(account.Config{
		Store: users, Signer: must(token.Open(ctx, users, time.Now)),
		Hasher:     account.NewHasher(account.DefaultCost()),
		AccessLife: 10 * time.Minute, Now: time.Now,
	})

	user := must(service.Register(ctx, account.Registration{
		Username: "ada", Email: "ada@example.org", FirstName: "Ada", LastName: "Lovelace",
		Password: "a long enough one",
	}))
	fmt.Println(user.DisplayName())

	login := account.Credentials{Login: "ada", Password: "a long enough one"}
	grant := must(service.Login(ctx, account.Browser, login))
	fmt.Println(grant.User.Username, "is logged in:", grant.AccessToken != "")

	login.Password = "another long one"
	_, err := service.Login(ctx, account.Browser, login)
	fmt.Println(err)
	// Output:
	// Ada Lovelace
	// ada is logged in: true
	// Unknown user or wrong password.
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
