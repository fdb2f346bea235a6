package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/order/graph/generated"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

type mutation root

func (m mutation) CreateOrder(
	ctx context.Context, input *sales.NewOrder,
) (*generated.CreateOrderPayload, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	if input == nil {
		input = &sales.NewOrder{}
	}
	order, refusals, err := outcome(m.orders.Create(ctx, identity.UserID, *input))
	if err != nil {
		return nil, err
	}
	return &generated.CreateOrderPayload{
		Order: order, Errors: refusals, Warnings: warnings(order),
	}, nil
}

func (m mutation) ChangeOrderItems(
	ctx context.Context, input sales.Changes,
) (*generated.ChangeOrderItemsPayload, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	order, refusals, err := outcome(m.orders.Change(ctx, identity.UserID, input))
	if err != nil {
		return nil, err
	}
	return &generated.ChangeOrderItemsPayload{
		Order: order, Errors: refusals, Warnings: warnings(order),
	}, nil
}

func (m mutation) PlaceOrder(
	ctx context.Context, input sales.Placing,
) (*generated.PlaceOrderPayload, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	order, refusals, err := outcome(m.place(ctx, identity.UserID, input))
	if err != nil {
		return nil, err
	}
	if order != nil && order.Status == sales.Draft { // the stock refused it; see its problems
		refusals = order.Refusals()
	}
	return &generated.PlaceOrderPayload{Order: order, Errors: refusals}, nil
}

func (m mutation) place(
	ctx context.Context, userID string, input sales.Placing,
) (sales.Order, error) {
	order, err := m.orders.Place(ctx, userID, input)
	if err != nil {
		return order, err
	}
	ctx, cancel := context.WithTimeout(ctx, m.patience)
	defer cancel()
	return m.orders.Await(ctx, userID, order)
}

func (m mutation) CancelOrder(
	ctx context.Context, input sales.Cancelling,
) (*generated.CancelOrderPayload, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	order, refusals, err := outcome(m.orders.Cancel(ctx, identity.UserID, input))
	if err != nil {
		return nil, err
	}
	return &generated.CancelOrderPayload{Order: order, Errors: refusals}, nil
}

func (m mutation) ChooseDraft(
	ctx context.Context, input sales.Choosing,
) (*generated.ChangeDraftPayload, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	order, refusals, err := outcome(m.orders.Choose(ctx, identity.UserID, input))
	if err != nil {
		return nil, err
	}
	return &generated.ChangeDraftPayload{Order: order, Errors: refusals}, nil
}

func (m mutation) RenameDraft(
	ctx context.Context, input sales.Renaming,
) (*generated.ChangeDraftPayload, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	order, refusals, err := outcome(m.orders.Rename(ctx, identity.UserID, input))
	if err != nil {
		return nil, err
	}
	return &generated.ChangeDraftPayload{Order: order, Errors: refusals}, nil
}

func (m mutation) DeleteDraft(
	ctx context.Context, input sales.Deleting,
) (*generated.DeleteDraftPayload, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	order, refusals, err := outcome(m.orders.Delete(ctx, identity.UserID, input))
	if err != nil {
		return nil, err
	}
	payload := &generated.DeleteDraftPayload{Errors: refusals}
	if order != nil {
		payload.DeletedID = &order.ID
	}
	return payload, nil
}

// AdvanceOrder moves an order to its next status, for staff.
func (m mutation) AdvanceOrder(
	ctx context.Context, input sales.Advancing,
) (*generated.AdvanceOrderPayload, error) {
	if _, err := auth.RequireRole(ctx, auth.Admin); err != nil {
		return nil, err
	}
	order, refusals, err := outcome(m.orders.Advance(ctx, input))
	if err != nil {
		return nil, err
	}
	return &generated.AdvanceOrderPayload{Order: order, Errors: refusals}, nil
}

// outcome splits a result into a payload's order, its refusals, or an unexpected error.
func outcome(order sales.Order, err error) (*sales.Order, []refusal.Refusal, error) {
	refusals, err := refusal.Split(err)
	if err != nil || len(refusals) > 0 {
		return nil, refusals, err
	}
	return &order, refusals, nil
}

// warnings returns the warnings of the change that produced the order, if there is an order.
func warnings(order *sales.Order) []sales.Warning {
	if order == nil || order.Warnings == nil {
		return []sales.Warning{}
	}
	return order.Warnings
}
