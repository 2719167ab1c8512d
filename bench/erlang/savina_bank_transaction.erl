%% Bank transaction: a teller orders transfers; an account waits until the other has the money.
%%
%% Money goes to accounts of a higher place only, as in the suite: accounts that wait for each other
%% never wait in a circle.
-module(savina_bank_transaction).
-export([run/1]).

-define(AMOUNTS, 1000).

run(#{count := Transfers, actors := Actors, seed := Seed}) ->
    fun() ->
        Main = self(),
        Accounts = [spawn_link(fun() -> account(Main, Place, 0) end)
                    || Place <- lists:seq(0, Actors - 1)],
        spawn_link(fun() ->
            teller(list_to_tuple(Accounts), savina_random:seed(Seed), Transfers),
            [receive done -> ok end || _ <- lists:seq(1, Transfers)],
            [Account ! close || Account <- Accounts]
        end),
        savina_total:sum(Actors)
    end.

teller(_, _, 0) ->
    ok;
teller(Accounts, Random, Left) ->
    Last = tuple_size(Accounts) - 1,
    {From, One} = savina_random:below(Last, Random),
    {Above, Two} = savina_random:below(Last - From, One),
    {Amount, Next} = savina_random:below(?AMOUNTS, Two),
    element(From + 1, Accounts) ! {transfer, Amount, element(From + Above + 2, Accounts), self()},
    teller(Accounts, Next, Left - 1).

account(Total, Place, Balance) ->
    receive
        {transfer, Amount, To, Teller} ->
            deposit(To, Amount),
            Teller ! done,
            account(Total, Place, Balance - Amount);
        {deposit, Amount, From, Reference} ->
            From ! {Reference, ok},
            account(Total, Place, Balance + Amount);
        close ->
            savina_total:report(Total, Place * Balance)
    end.

%% A fresh reference lets the receive skip the transfers that wait in the mailbox.
deposit(To, Amount) ->
    Reference = make_ref(),
    To ! {deposit, Amount, self(), Reference},
    receive {Reference, ok} -> ok end.
