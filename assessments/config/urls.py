"""Every address of the program, on one page."""

from django.urls import include, path

from assessments.people import views as people

handler400 = "assessments.people.errors.bad_request"
handler403 = "assessments.people.errors.forbidden"
handler404 = "assessments.people.errors.not_found"
handler500 = "assessments.people.errors.server_error"

urlpatterns = [
    # people
    path("", people.landing, name="landing"),
    path("healthz", people.healthz, name="healthz"),
    path("help/", people.help_page, name="help"),
    path("privacy/", people.privacy, name="privacy"),
    path("method/", people.method, name="method"),
    path("home/", people.home, name="home"),
    path("account/", people.account, name="account"),
    path("accounts/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("banks/<uuid:pk>/", people.bank, name="bank"),
    path("banks/<uuid:pk>/profile/", people.bank_profile, name="bank_profile"),
]
