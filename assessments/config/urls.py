"""Every address of the program, on one page."""

from django.urls import include, path
from django.views.generic import RedirectView

from assessments.config.later import LaterViews

# Modules of views, each loaded when the first of its pages is asked for.
brands = LaterViews("assessments.batches.brand_views")
batches = LaterViews("assessments.batches.views")
allauth = LaterViews("allauth.account.views")
factors = LaterViews("allauth.mfa.base.views")
bringing = LaterViews("assessments.exchange.in_views")
comparing = LaterViews("assessments.comparison.views")
discussion_views = LaterViews("assessments.consensus.discussion_views")
review_views = LaterViews("assessments.consensus.review_views")
figure_views = LaterViews("assessments.benchmarks.figure_views")
peer_views = LaterViews("assessments.benchmarks.peer_views")
consensus = LaterViews("assessments.consensus.views")
account = LaterViews("assessments.people.account_views")
errors = LaterViews("assessments.people.errors")
engagements = LaterViews("assessments.people.engagement_views")
invitations = LaterViews("assessments.people.invitation_views")
joining = LaterViews("assessments.people.join_views")
leaving = LaterViews("assessments.people.leaving_views")
members = LaterViews("assessments.people.member_views")
trail = LaterViews("assessments.people.trail_views")
people = LaterViews("assessments.people.views")
out_clients = LaterViews("assessments.exchange.out_clients_views")
out_views = LaterViews("assessments.exchange.out_views")
plans = LaterViews("assessments.plans.views")
portfolio = LaterViews("assessments.portfolio.views")
reports = LaterViews("assessments.reports.views")
shares = LaterViews("assessments.sharing.views")
readers = LaterViews("assessments.sharing.reader_views")
results = LaterViews("assessments.results.views")
trend_views = LaterViews("assessments.results.trend_views")
channel_views = LaterViews("assessments.survey.channel_views")
region_views = LaterViews("assessments.survey.region_views")
respondent_views = LaterViews("assessments.survey.respondent_views")
section_views = LaterViews("assessments.survey.section_views")
survey = LaterViews("assessments.survey.views")

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
handler429 = "assessments.people.errors.too_many"  # by name: allauth's limits ask for it

urlpatterns = [
    # people
    path("", people.landing, name="landing"),
    path("healthz", people.healthz, name="healthz"),
    path("help/", people.help_page, name="help"),
    path("privacy/", people.privacy, name="privacy"),
    path("method/", people.method, name="method"),
    path("roles/", members.roles, name="roles"),
    path("join/", joining.join, name="join"),
    path("join/<str:token>/", joining.join_link, name="join_link"),
    path("home/", people.home, name="home"),
    path("organisations/new/", people.found, name="found"),
    path("organisations/<uuid:pk>/people/", members.people, name="people"),
    path("organisations/<uuid:pk>/people/invite/", invitations.invite, name="invite"),
    path("organisations/<uuid:pk>/people/remind/", members.remind_all, name="remind_all"),
    path("organisations/<uuid:pk>/people/leave/", members.leave, name="leave"),
    path("organisations/<uuid:pk>/people/<int:member>/", members.member, name="member"),
    path(
        "organisations/<uuid:pk>/people/<int:member>/remind/",
        members.member_remind,
        name="member_remind",
    ),
    path(
        "organisations/<uuid:pk>/people/<int:member>/remove/",
        members.member_remove,
        name="member_remove",
    ),
    path(
        "organisations/<uuid:pk>/invitations/<uuid:invitation>/remind/",
        invitations.invitation_remind,
        name="invitation_remind",
    ),
    path(
        "organisations/<uuid:pk>/invitations/<uuid:invitation>/send/",
        invitations.invitation_resend,
        name="invitation_resend",
    ),
    path(
        "organisations/<uuid:pk>/invitations/<uuid:invitation>/link/",
        invitations.invitation_link,
        name="invitation_link",
    ),
    path(
        "organisations/<uuid:pk>/invitations/<uuid:invitation>/revoke/",
        invitations.invitation_revoke,
        name="invitation_revoke",
    ),
    path("account/", people.account, name="account"),
    path("account/data/", account.own_data, name="own_data"),
    path("account/data/copy/", account.own_data_copy, name="own_data_copy"),
    path("account/erase/", account.erase, name="erase"),
    path("account/sessions/", account.session_list, name="sessions"),
    path("account/sessions/others/end/", account.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("account/sessions/<int:pk>/end/", account.session_end, name="session_end"),
    # Only the parts of allauth that this program uses, each with a template of its own.
    path("accounts/login/", allauth.login, name="account_login"),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("accounts/signup/", allauth.signup, name="account_signup"),
    path("accounts/inactive/", allauth.account_inactive, name="account_inactive"),
    path(
        "accounts/confirm-email/",
        allauth.email_verification_sent,
        name="account_email_verification_sent",
    ),
    path("accounts/email/", RedirectView.as_view(pattern_name="account"), name="account_email"),
    path("accounts/password/change/", allauth.password_change, name="account_change_password"),
    path("accounts/password/set/", allauth.password_set, name="account_set_password"),
    path("accounts/password/reset/", allauth.password_reset, name="account_reset_password"),
    path(
        "accounts/password/reset/confirm/",
        allauth.confirm_password_reset_code,
        name="account_confirm_password_reset_code",
    ),
    path(
        "accounts/password/reset/complete/",
        allauth.complete_password_reset,
        name="account_complete_password_reset",
    ),
    path(
        "accounts/password/reset/done/",
        allauth.password_reset_from_key_done,
        name="account_password_reset_completed",
    ),
    path("accounts/confirm/", allauth.reauthenticate, name="account_reauthenticate"),
    path("account/second-factor/", account.second_factor, name="second_factor"),
    path("account/second-factor/onward/", account.onward, name="second_factor_onward"),
    path("account/second-factor/app/", account.AddApp.as_view(), name="mfa_activate_totp"),
    path(
        "account/second-factor/app/remove/",
        account.RemoveApp.as_view(),
        name="mfa_deactivate_totp",
    ),
    path(
        "account/second-factor/codes/", account.ShowCodes.as_view(), name="mfa_view_recovery_codes"
    ),
    path(
        "account/second-factor/codes/new/",
        account.NewCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/second-factor/passkeys/add/", account.AddPasskey.as_view(), name="mfa_add_webauthn"
    ),
    path(
        "account/second-factor/passkeys/<int:pk>/",
        account.RenamePasskey.as_view(),
        name="mfa_edit_webauthn",
    ),
    path(
        "account/second-factor/passkeys/<int:pk>/remove/",
        account.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    # Names that allauth itself looks up.
    path(
        "account/second-factor/all/",
        RedirectView.as_view(pattern_name="second_factor"),
        name="mfa_index",
    ),
    path("accounts/second-step/", factors.authenticate, name="mfa_authenticate"),
    path("accounts/confirm/code/", factors.reauthenticate, name="mfa_reauthenticate"),
    path(
        "accounts/confirm/passkey/",
        account.ConfirmByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("accounts/passkey/", account.SignInByPasskey.as_view(), name="mfa_login_webauthn"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("banks/<uuid:pk>/", people.bank, name="bank"),
    path("banks/<uuid:pk>/profile/", people.bank_profile, name="bank_profile"),
    # reports for many clients
    path("firms/<uuid:pk>/reports/", batches.batches, name="batches"),
    path("firms/<uuid:pk>/reports/new/", batches.batch_new, name="batch_new"),
    path("batches/<uuid:pk>/", batches.batch, name="batch"),
    path("batches/<uuid:pk>/state.json", batches.batch_state, name="batch_state"),
    path("batches/<uuid:pk>/cancel/", batches.batch_cancel, name="batch_cancel"),
    path("batches/<uuid:pk>/retry/", batches.batch_retry, name="batch_retry"),
    path("batches/<uuid:pk>/reports.zip", batches.batch_file, name="batch_file"),
    # the look of reports
    path("banks/<uuid:pk>/brand/", brands.bank_brand, name="bank_brand"),
    path("banks/<uuid:pk>/brand/logo.png", brands.bank_logo, name="bank_logo"),
    path("firms/<uuid:pk>/brand/", brands.firm_brand, name="firm_brand"),
    path("firms/<uuid:pk>/brand/logo.png", brands.firm_logo, name="firm_logo"),
    # peers, and a firm's own figures
    path("banks/<uuid:pk>/peers/", peer_views.peers, name="peers"),
    path("banks/<uuid:pk>/peers/leave/", peer_views.peers_leave, name="peers_leave"),
    path("firms/<uuid:pk>/figures/", figure_views.figures, name="firm_figures"),
    path("firms/<uuid:pk>/figures/add/", figure_views.figures_add, name="firm_figures_add"),
    path(
        "firms/<uuid:pk>/figures/sample.csv",
        figure_views.figures_sample,
        name="firm_figures_sample",
    ),
    path(
        "firms/<uuid:pk>/figures/<int:figure>/remove/",
        figure_views.figure_remove,
        name="firm_figure_remove",
    ),
    # the portfolio
    path("firms/<uuid:pk>/", portfolio.firm, name="firm"),
    path("firms/<uuid:pk>/selected/", portfolio.selected, name="firm_selected"),
    path("firms/<uuid:pk>/filters/", portfolio.saved_filters, name="saved_filters"),
    path("firms/<uuid:pk>/filters/new/", portfolio.saved_filter_new, name="saved_filter_new"),
    path("filters/<uuid:pk>/", portfolio.saved_filter, name="saved_filter"),
    path("filters/<uuid:pk>/delete/", portfolio.saved_filter_delete, name="saved_filter_delete"),
    path("engagements/<uuid:pk>/notes/", portfolio.client_notes, name="client_notes"),
    # firms and engagements
    path("firms/<uuid:pk>/engagements/", engagements.engagements, name="firm_engagements"),
    path("firms/<uuid:pk>/ask/", engagements.ask, name="engagement_ask"),
    path(
        "engagement-requests/<uuid:pk>/withdraw/", engagements.withdraw, name="engagement_withdraw"
    ),
    path("engagements/<uuid:pk>/", engagements.engagement, name="engagement"),
    path("engagements/<uuid:pk>/people/", engagements.assign, name="engagement_assign"),
    path("engagements/<uuid:pk>/more/", engagements.more, name="engagement_more"),
    path("engagements/<uuid:pk>/give-up/", engagements.give_up, name="engagement_give_up"),
    path("banks/<uuid:pk>/consultants/", engagements.consultants, name="consultants"),
    path("engagements/<uuid:pk>/accept/", engagements.accept, name="engagement_accept"),
    path("engagements/<uuid:pk>/widen/", engagements.widen, name="engagement_widen"),
    path("engagements/<uuid:pk>/narrow/", engagements.narrow, name="engagement_narrow"),
    path("engagements/<uuid:pk>/decline/", engagements.decline, name="engagement_decline"),
    path("engagements/<uuid:pk>/revoke/", engagements.revoke, name="engagement_revoke"),
    path("organisations/<uuid:pk>/trail/", trail.trail, name="trail"),
    path("organisations/<uuid:pk>/trail.csv", trail.trail_csv, name="trail_csv"),
    path("account/activity/", trail.own_trail, name="own_trail"),
    path("organisations/<uuid:pk>/leaving/", leaving.leaving, name="leaving"),
    path("organisations/<uuid:pk>/leaving/keep/", leaving.retention, name="set_retention"),
    path("organisations/<uuid:pk>/leaving/export/", leaving.export_request, name="export_request"),
    path(
        "organisations/<uuid:pk>/leaving/close/",
        leaving.close_organisation,
        name="close_organisation",
    ),
    path("organisations/<uuid:pk>/leaving/cancel/", leaving.cancel_closing, name="cancel_closing"),
    path("exports/<uuid:pk>/everything.zip", leaving.export_file, name="export_file"),
    # survey
    path("banks/<uuid:pk>/rounds/new/", survey.round_new, name="round_new"),
    path("rounds/<uuid:pk>/", survey.round_, name="round"),
    path("rounds/<uuid:pk>/edit/", survey.round_edit, name="round_edit"),
    path("rounds/<uuid:pk>/delete/", survey.round_delete, name="round_delete"),
    path("rounds/<uuid:pk>/respondents/", respondent_views.respondents, name="respondents"),
    path(
        "rounds/<uuid:pk>/respondents/add/", respondent_views.respondent_add, name="respondent_add"
    ),
    path(
        "rounds/<uuid:pk>/respondents/<int:sheet>/remove/",
        respondent_views.respondent_remove,
        name="respondent_remove",
    ),
    path("rounds/<uuid:pk>/sections/<slug:page>/", section_views.section, name="section"),
    path(
        "rounds/<uuid:pk>/sections/<slug:page>/confirm/",
        section_views.confirm_answers,
        name="confirm_answers",
    ),
    path("rounds/<uuid:pk>/answers/<str:item>/", section_views.answer, name="answer"),
    path("rounds/<uuid:pk>/channels/", channel_views.channels, name="channels"),
    path("rounds/<uuid:pk>/channels/new/", channel_views.channel_new, name="channel_new"),
    path("rounds/<uuid:pk>/channels/<int:account>/", channel_views.channel, name="channel"),
    path(
        "rounds/<uuid:pk>/channels/<int:account>/remove/",
        channel_views.channel_remove,
        name="channel_remove",
    ),
    path("rounds/<uuid:pk>/regions/", region_views.regions, name="regions"),
    path("rounds/<uuid:pk>/regions/<int:region>/", region_views.region, name="region"),
    path("rounds/<uuid:pk>/review/", survey.review, name="review"),
    path("rounds/<uuid:pk>/submit/", survey.submit, name="submit"),
    path("rounds/<uuid:pk>/reopen/", survey.reopen, name="reopen"),
    path("rounds/<uuid:pk>/close/", survey.close, name="close"),
    path("shortcuts/", section_views.shortcuts, name="shortcuts"),
    # answers and cases that come from outside
    path("rounds/<uuid:pk>/offline/", bringing.workbook_upload, name="workbook_upload"),
    path("rounds/<uuid:pk>/offline/questionnaire.xlsx", bringing.workbook, name="workbook"),
    path("banks/<uuid:pk>/rounds/bring/", bringing.case_import, name="case_import"),
    path("intakes/<uuid:pk>/", bringing.intake, name="intake"),
    path("intakes/<uuid:pk>/drop/", bringing.intake_drop, name="intake_drop"),
    # results
    path("banks/<uuid:pk>/history/", trend_views.history, name="history"),
    path("rounds/<uuid:pk>/results/", results.results, name="results"),
    path("rounds/<uuid:pk>/results/scoring/", results.scoring, name="scoring"),
    path("rounds/<uuid:pk>/results/figures.json", results.figures, name="figures"),
    path("rounds/<uuid:pk>/roadmap/", results.roadmap, name="roadmap"),
    path("rounds/<uuid:pk>/roadmap/settings/", results.roadmap_settings, name="roadmap_settings"),
    path("rounds/<uuid:pk>/publish/", results.publish, name="publish"),
    path("sample/", results.sample, name="sample"),
    # plans
    path("rounds/<uuid:pk>/plan/", plans.plan, name="plan"),
    path("rounds/<uuid:pk>/plan/adopt/", plans.plan_adopt, name="plan_adopt"),
    path("rounds/<uuid:pk>/plan/add/", plans.plan_add, name="plan_add"),
    path("rounds/<uuid:pk>/plan/<slug:action>/", plans.plan_action, name="plan_action"),
    # consensus
    path("rounds/<uuid:pk>/agreement/", consensus.agreement, name="agreement"),
    path("rounds/<uuid:pk>/agreement/agenda/", consensus.agenda, name="agenda"),
    path("rounds/<uuid:pk>/agreement/<str:item>/", consensus.agreement_item, name="agreement_item"),
    path(
        "rounds/<uuid:pk>/agreement/<str:item>/take-back/",
        consensus.agreement_take_back,
        name="agreement_take_back",
    ),
    path("rounds/<uuid:pk>/evidence/", review_views.evidence, name="evidence"),
    path("rounds/<uuid:pk>/evidence/<str:item>/", review_views.evidence_item, name="evidence_item"),
    path("rounds/<uuid:pk>/send-back/", review_views.send_back, name="send_back"),
    path("rounds/<uuid:pk>/discussion/", discussion_views.discussions, name="discussions"),
    path("rounds/<uuid:pk>/discussion/<str:item>/", discussion_views.thread, name="thread"),
    path(
        "rounds/<uuid:pk>/discussion/<str:item>/<int:comment>/withdraw/",
        discussion_views.comment_withdraw,
        name="comment_withdraw",
    ),
    # reports
    path("rounds/<uuid:pk>/report/", reports.report_request, name="report_request"),
    path("reports/<uuid:pk>/", reports.report, name="report"),
    path("reports/<uuid:pk>/state.json", reports.report_state, name="report_state"),
    path("reports/<uuid:pk>/<str:name>", reports.report_file, name="report_file"),
    # comparison
    path("compare/", comparing.compare, name="compare"),
    path("compare/pdf/", comparing.compare_pdf, name="compare_pdf"),
    path("compare/xlsx/", comparing.compare_xlsx, name="compare_xlsx"),
    path("comparisons/<uuid:pk>/", comparing.comparison, name="comparison"),
    path("comparisons/<uuid:pk>/state.json", comparing.comparison_state, name="comparison_state"),
    path("comparisons/<uuid:pk>/<str:name>", comparing.comparison_file, name="comparison_file"),
    path("sample/report.pdf", reports.sample_report, name="sample_report"),
    # links for readers without an account
    path("rounds/<uuid:pk>/links/", shares.shares, name="shares"),
    path("rounds/<uuid:pk>/links/<uuid:link>/revoke/", shares.share_revoke, name="share_revoke"),
    path("share/<str:token>/", readers.share_link, name="share_link"),
    path("shared/<uuid:pk>/", readers.shared, name="shared"),
    path("shared/<uuid:pk>/passcode/", readers.shared_passcode, name="shared_passcode"),
    path("shared/<uuid:pk>/roadmap/", readers.shared_roadmap, name="shared_roadmap"),
    path("shared/<uuid:pk>/report/", readers.shared_report, name="shared_report"),
    path(
        "shared/<uuid:pk>/report/state.json",
        readers.shared_report_state,
        name="shared_report_state",
    ),
    path(
        "shared/<uuid:pk>/report/<str:name>", readers.shared_report_file, name="shared_report_file"
    ),
    # data out
    path("firms/<uuid:pk>/clients.csv", out_clients.clients_csv, name="clients_csv"),
    path("firms/<uuid:pk>/clients.xlsx", out_clients.clients_xlsx, name="clients_xlsx"),
    path("rounds/<uuid:pk>/take-away/", out_views.take_away, name="take_away"),
    path("rounds/<uuid:pk>/take-away/<slug:name>.csv", out_views.round_csv, name="round_csv"),
    path("rounds/<uuid:pk>/take-away/data.xlsx", out_views.round_xlsx, name="round_xlsx"),
    path("rounds/<uuid:pk>/take-away/case.json", out_views.case_export, name="case_export"),
    path("rounds/<uuid:pk>/take-away/roadmap.docx", out_views.roadmap_docx, name="roadmap_docx"),
]
